// One HLS list, or one film, on a <video>: by hls.js where the browser can be fed piece by piece, by the browser itself elsewhere
// (iPhones, WeChat on them). It tells when it cannot go on, once; who opened it decides what then.
const PATIENT = { maxTimeToFirstByteMs: 10000, maxLoadTimeMs: 60000 };
const tries = (times, limits = PATIENT) => ({
  default: { ...limits, timeoutRetry: { maxNumRetry: times, retryDelayMs: 500, maxRetryDelayMs: 4000 }, errorRetry: { maxNumRetry: times, retryDelayMs: 1000, maxRetryDelayMs: 4000 } },
});

// For a phone on a weak line: the lowest quality first, little ahead, little behind. No worker: the page's policy allows none.
const THRIFTY = {
  enableWorker: false, lowLatencyMode: false, startLevel: 0, testBandwidth: false, abrEwmaDefaultEstimate: 250000, capLevelToPlayerSize: true,
  maxBufferLength: 12, maxMaxBufferLength: 24, maxBufferSize: 8e6, backBufferLength: 20, liveSyncDurationCount: 3, liveMaxLatencyDurationCount: 12,
  manifestLoadPolicy: tries(1, { maxTimeToFirstByteMs: 8000, maxLoadTimeMs: 15000 }), playlistLoadPolicy: tries(2), fragLoadPolicy: tries(2),
};

let loading = null, lost = 0;
// Some browsers keep for good that a file could not be had: it is asked for by another address then.
const library = () => (loading ??= import(`../../vendor/hls/hls.light.min.js${lost ? `?${lost}` : ""}`).catch((problem) => {
  loading = null;
  lost += 1;
  throw problem;
}));

const isList = (address) => /\.m3u8$/i.test(new URL(address, location.href).pathname);

// told: failed(), and levels(n) when n qualities are known. `film`: what is no HLS list by its name is played as it is.
export function open(video, address, told, { saving = false, film = false } = {}) {
  let hls = null, over = false, mended = -Infinity;
  const plain = (film && !isList(address)) || !("MediaSource" in window);

  function fail() {
    if (over) return;
    over = true;
    told.failed();
  }

  // What the decoder choked on is often over with the next piece; twice in a short time it is not.
  function mend() {
    if (performance.now() - mended < 10000) return fail();
    mended = performance.now();
    hls.recoverMediaError();
    video.play().catch(() => {});
  }

  async function feed() {
    const { default: Hls } = await library();
    if (over) return;
    if (!Hls.isSupported()) return fail();
    hls = new Hls(THRIFTY);
    hls.on(Hls.Events.MANIFEST_PARSED, (_, { levels }) => { save(saving); told.levels?.(levels.length); });
    hls.on(Hls.Events.ERROR, (_, problem) => {
      if (!problem.fatal || over) return;
      if (problem.type === Hls.ErrorTypes.MEDIA_ERROR) mend(); else fail();
    });
    hls.loadSource(address);
    hls.attachMedia(video);
  }

  function save(yes) {
    saving = yes;
    if (hls) hls.autoLevelCapping = yes ? 0 : -1;
  }

  // Where live is now, with what a player needs in hand; null for a film and before it is known.
  function edge() {
    if (hls) return hls.latestLevelDetails?.live === false ? null : hls.liveSyncPosition ?? null;
    const { seekable } = video;
    return video.duration === Infinity && seekable.length ? Math.max(seekable.start(0), seekable.end(seekable.length - 1) - 8) : null;
  }

  function close() {
    over = true;
    video.removeEventListener("error", fail);
    hls?.destroy();
    hls = null;
    video.removeAttribute("src");
    video.load();
  }

  if (plain) {
    video.addEventListener("error", fail);
    video.src = address;
  } else {
    feed().catch(fail); // hls.js itself watches the errors of what it feeds
  }
  return { close, save, edge };
}
