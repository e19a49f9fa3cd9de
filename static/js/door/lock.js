// A tablet that runs as a kiosk shows nothing else of the door: whoever comes to another page (back, an address) is led to the kiosk again. A script
// of the old kind in the head, so that it is read before anything is drawn; looked at again when a page comes out of the browser's own memory.
(() => {
  const look = () => {
    let held = null;
    try { held = JSON.parse(localStorage.getItem("door-kiosk")); } catch { /* a browser that keeps nothing runs no kiosk */ }
    // A code from the organiser's screen pairs the tablet anew; that is as good as the PIN.
    if (!held?.address || location.pathname === held.address || location.pathname.startsWith("/door/pair/")) return;
    document.documentElement.hidden = true;
    location.replace(held.address);
  };
  look();
  addEventListener("pageshow", look);
})();
