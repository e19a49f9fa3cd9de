// On the sign-in page, while nobody is signed in and no phone is paired: what a phone kept about people goes, also where its steward signed out
// before behaviours/give-back.js was there. Scans that wait stay, and walk-ins until two days after the meeting.
import { dropOld, forget } from "../door/leaving.js";
import { openQueue } from "../door/queue.js";
import { openStore } from "../door/store.js";

export async function forgotten() {
  // Who never stood at a door has nothing to take away, and no database is made for them.
  if (indexedDB.databases && !(await indexedDB.databases()).some(({ name }) => name === "door")) return;
  const store = await openStore();
  if ("BroadcastChannel" in window) new BroadcastChannel("door").postMessage({ left: "/sign-in" });
  await forget(store);
  await dropOld(openQueue(store));
}
