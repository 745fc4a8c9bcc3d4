// Keys go to the desk at once, without a click; and when it has closed, Enter opens it again.
window.addEventListener("load", () => document.querySelector(".xterm-helper-textarea").focus());
new MutationObserver(() => {
  if (document.body.classList.contains("-closed")) document.querySelector(".closed a").focus();
}).observe(document.documentElement, { attributes: true, attributeFilter: ["class"], subtree: true });
