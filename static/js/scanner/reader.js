// Finds a QR code in a picture: by the phone itself where it can, else by the reader that we serve.
// What reads pictures could not be loaded, so that nobody knows what is in them.
export class NotLoaded extends Error {}

let reading = null;

async function native() {
  try {
    if (!("BarcodeDetector" in window) || !(await BarcodeDetector.getSupportedFormats()).includes("qr_code")) return null;
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (canvas) => (await detector.detect(canvas))[0]?.rawValue ?? null;
  } catch { return null; }
}

async function ours() {
  const { prepareZXingModule, readBarcodes } = await import("../../vendor/zxing/reader/index.js");
  prepareZXingModule({ overrides: { locateFile: (name) => new URL(`../../vendor/zxing/reader/${name}`, import.meta.url).href }, fireImmediately: true });
  return async (canvas) => {
    const picture = canvas.getContext("2d", { willReadFrequently: true }).getImageData(0, 0, canvas.width, canvas.height);
    return (await readBarcodes(picture, { formats: ["QRCode"], maxNumberOfSymbols: 1 }))[0]?.text || null;
  };
}

export function reader() {
  reading ??= native().then((found) => found ?? ours()).catch((problem) => { reading = null; throw new NotLoaded(problem.message); });
  return reading;
}

export function drawn(source, width, height, canvas, most) {
  const scale = Math.min(1, most / Math.max(width, height));
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  canvas.getContext("2d", { willReadFrequently: true }).drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}

export async function readPhoto(file) {
  const picture = new Image();
  const address = URL.createObjectURL(file);
  try {
    picture.src = address;
    await picture.decode();
    const read = await reader();
    const canvas = document.createElement("canvas");
    // A large photo hides a small code, a small one blurs it: both are tried.
    for (const most of [1600, 800]) {
      const text = await read(drawn(picture, picture.naturalWidth, picture.naturalHeight, canvas, most));
      if (text) return text;
    }
    return null;
  } finally {
    URL.revokeObjectURL(address);
  }
}
