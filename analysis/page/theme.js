// Light and dark: the system's choice until the reader makes one, which is kept where the browser allows it.
const themeButton = document.getElementById("theme");
const systemIsDark = matchMedia("(prefers-color-scheme: dark)");

function storedTheme() {
  try {
    return localStorage.getItem("theme");
  } catch {
    return null; // no storage for files, or not allowed
  }
}

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : systemIsDark.matches;
}

function nameTheme() {
  themeButton.textContent = isDark() ? "Light" : "Dark";
  themeButton.setAttribute("aria-label", `Switch to ${isDark() ? "light" : "dark"} colours`);
}

function chooseTheme(theme) {
  document.documentElement.dataset.theme = theme;
  nameTheme();
}

themeButton.hidden = false;
themeButton.addEventListener("click", () => {
  chooseTheme(isDark() ? "light" : "dark");
  try {
    localStorage.setItem("theme", document.documentElement.dataset.theme);
  } catch {
    // Then it lasts until the page is left.
  }
});
systemIsDark.addEventListener("change", nameTheme);
if (["light", "dark"].includes(storedTheme())) chooseTheme(storedTheme());
nameTheme();
