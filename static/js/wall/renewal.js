// A new version was deployed: the page loads itself again, once, and only when the page and all that it needs answer.
// Until then the old page goes on with what it has.
const PAUSE = 300000;

export function renewal(build) {
  let busy = false;

  async function look(newest) {
    if (!newest || newest === build || busy || Date.now() - tried() < PAUSE) return;
    busy = true;
    try {
      const answer = await fetch(location.href, { cache: "no-store", credentials: "same-origin", redirect: "error" });
      const text = await answer.text();
      const page = new DOMParser().parseFromString(text, "text/html");
      if (!answer.ok || page.querySelector("[data-build]")?.dataset.build !== newest) return;
      const script = page.querySelector("script[data-wall]");
      const needed = [page.querySelector('link[rel="stylesheet"]').getAttribute("href"), script.getAttribute("src"), script.dataset.wall];
      for (const address of needed) {
        if (!(await fetch(address)).ok) return;
      }
      sessionStorage.setItem("wall-renewed", String(Date.now()));
      location.reload();
    } catch {
      // Somebody is still starting the new version: the next picture asks again.
    } finally {
      busy = false;
    }
  }

  return { look };
}

function tried() {
  try {
    return Number(sessionStorage.getItem("wall-renewed")) || 0;
  } catch {
    return 0;
  }
}
