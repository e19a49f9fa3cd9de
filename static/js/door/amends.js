// What the server could not know when it answered: where the door did otherwise while it was alone, what was done is said afterwards.
import { Rejected } from "./courier.js";

export const AGAIN = "~";  // ends the nonce of a scan that says what was done after the server had said otherwise

// `turnedAway` is the reason that is given for taking back the admission of somebody who was sent away.
export function amends({ queue, post, turnedAway }) {
  // The server heard of the scan before it heard what the door did: it is told, so that it holds what was.
  async function mend(item, answer) {
    if (item.nonce.endsWith(AGAIN)) return;
    if (item.admitted_offline && answer.outcome === "refused" && answer.reason !== "unknown") {
      const { moved, ...rest } = item;
      await queue.put({ ...rest, moved, nonce: item.nonce + AGAIN, hold: 0 });
    } else if (item.refused_offline && answer.outcome === "admitted") {
      await takeBack(answer.id, turnedAway);
    }
  }

  async function takeBack(id, reason) {
    try {
      await post.carry(`/check-ins/${id}/void`, { reason });
    } catch (problem) {
      if (!(problem instanceof Rejected)) throw problem;  // asked again with the scan, which is still in the queue
    }
  }

  // Of a scan that was handed in.
  async function settle(item, answer) {
    if (item.undo) await takeBack(answer.id, item.undo);
    else if (item.asked) await mend(item, answer);
  }

  return { mend, takeBack, settle };
}
