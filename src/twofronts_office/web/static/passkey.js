"use strict";
// What went wrong with a passkey is said on the page: the library itself writes to the console only.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const said = document.getElementById("passkey-failed");
  // a browser binds passkeys to names, never to an address of numbers
  if (/^[\d.]+$|:/.test(location.hostname)) { said.textContent = said.dataset.address; }
  said.hidden = false;
  said.scrollIntoView({ block: "nearest" });
});
