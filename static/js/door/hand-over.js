// Hands in all that waits on this phone from a page that is no scanner's, before the phone is given back; resolves with how many are left:
// { waiting } that were not handed in, { refused } walk-ins (a name and a phone each) that the server did not take.
import { amends } from "./amends.js";
import { courier } from "./courier.js";
import { handIn } from "./hand-in.js";
import { openQueue } from "./queue.js";

const LONGEST = 10_000;

export async function handOver(store, { csrf, turnedAway, language = document.documentElement.lang }) {
  let skew = null;
  const queue = openQueue(store, { skew: () => skew }), waiting = async () => (await queue.all()).filter((item) => !item.problem);
  async function meeting({ slug, checkpoint_id: checkpoint, gate }) {
    const door = `/door/${slug}/${checkpoint}`;
    const post = courier({ api: `/api/v1/meetings/${slug}`, tokenAddress: `${door}/token`, stateAddress: `${door}/state`, csrf, gate, language, store, heard: (found) => { skew = found; } });
    const { settle } = amends({ queue, post, turnedAway });
    const run = handIn({ queue, courier: post, slug, skew: () => skew, held: true, answered: async (item, answer) => { if (item.kind === "scan") await settle(item, answer); return []; } });
    // Once more for what had to be mended.
    if (await run()) await run();
  }
  const firsts = new Map();
  for (const item of await waiting()) if (!firsts.has(item.slug)) firsts.set(item.slug, item);
  const tried = Promise.allSettled([...firsts.values()].map(meeting));
  if (firsts.size) await Promise.race([tried, new Promise((done) => setTimeout(done, LONGEST))]);
  const left = await queue.all();
  return { waiting: left.filter((item) => !item.problem).length, refused: left.filter((item) => item.problem && item.kind === "walk_in").length };
}
