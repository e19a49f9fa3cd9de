// A page beside the scanner says how this phone stands, and hands in what waits.
import { openStation, pageOf } from "../door/station.js";
import { line } from "../scanner/line.js";

export async function doorLine(root) {
  let bar = null;
  const here = await openStation(pageOf(root), { changed: () => bar?.show(), told: (facts) => bar?.told(facts) });
  bar = line(root, () => here);
  bar.show();
}
