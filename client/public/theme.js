// Runs before the first paint, so that a chosen theme never flashes. A file of its own: the policy forbids inline script.
(() => {
  try {
    const theme = localStorage.getItem("picam.theme");
    if (theme === "dark" || theme === "light") document.documentElement.classList.add(`theme-${theme}`);
  } catch {
    // Storage is switched off: the system's theme it is.
  }
})();
