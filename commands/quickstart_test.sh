#!/bin/bash
# The commands of docs/quickstart.md, as they stand, in an empty folder.
set -euo pipefail

page=$PWD/docs/quickstart.md
mkdir "$TEST_TMPDIR/bin" "$TEST_TMPDIR/work"
# The dispatcher finds its programs beside itself: a link keeps their place.
ln -s "$PWD/commands/sami" "$TEST_TMPDIR/bin/sami"
export PATH=$TEST_TMPDIR/bin:$PATH RUNFILES_DIR=${RUNFILES_DIR:-${PWD%/*}}

# In the place of the model that is downloaded: the small one, with a chat template.
hub=$TEST_TMPDIR/hub/models--HuggingFaceTB--SmolLM2-135M-Instruct
mkdir -p "$hub/refs" "$hub/snapshots/1"
printf 1 >"$hub/refs/main"
cp "$PWD"/datasets/embedded/models/instruct/* "$hub/snapshots/1"
cat >"$hub/snapshots/1/chat_template.jinja" <<'END'
{% for message in messages %}{{ message.content }}{% if message.role == "assistant" %}{{ eos_token }}{% endif %}{% endfor %}
{%- if add_generation_prompt %}

Answer:{% endif %}
END
export HF_HUB_CACHE=$TEST_TMPDIR/hub

cd "$TEST_TMPDIR/work"

awk '/^```sh$/ {inside = 1; next} /^```/ {inside = 0} inside' "$page" >commands.sh
[[ $(grep -c '^sami ' commands.sh) -ge 6 ]] || { echo "quickstart.md has lost its commands"; exit 1; }
bash -euo pipefail commands.sh >out.txt 2>err.txt || { cat out.txt err.txt; exit 1; }

expect() { grep -qF -- "$1" "$2" || { echo "no \"$1\" in $2:"; cat "$2"; exit 1; }; }
expect "intervals over questions only, of one seed" out.txt
expect "sami_again2" out.txt
expect "I(Y; C | X)" out.txt
expect '"finish_reason":' out.txt
expect 'chat {}' village.textproto
expect "problems:   none" out.txt
grep -q '<svg' garden.svg
# garden's second run computed SAMI alone: data and SFT are the first one's. village has data and an arm of its own.
[[ $(grep -c '^stage data_contrast: starts' err.txt) == 2 ]]
[[ $(grep -c '^stage train_sft: starts' err.txt) == 1 ]]
[[ $(grep -c '^stage train_sami: starts' err.txt) == 3 ]]
! grep -q '^stage data_contrast: starts again' err.txt
