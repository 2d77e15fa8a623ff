def check(tree):
    return []
