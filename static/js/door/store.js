// Where the door keeps what it knows: in IndexedDB, or for as long as the page lives where a browser keeps nothing.
//
//   read(place, key)       one value, or undefined
//   all(place, of)         every value in order of its key; with `of`, those whose key is a list that begins with it
//   write(changes)         all of them or none: { place, key, value }, without a value it is taken away; { place, of } and { place } take many away
//                          (`strict` waits until they are on the disk)
//   kept                   false when what is written is gone with the page
import { openDB } from "../../vendor/idb/index.js";

const NAME = "door", VERSION = 1;
const PLACES = ["facts", "points", "chunks", "changes", "queue", "verdicts"];

export async function openStore() {
  try {
    const store = durable(await opened());
    await store.all("facts");
    navigator.storage?.persist?.().catch(() => {});
    return store;
  } catch (problem) {
    console.warn("door: nothing can be kept here:", problem);
    return fleeting();
  }
}

function opened(lost = () => {}) {
  return openDB(NAME, VERSION, {
    upgrade(db) { for (const place of PLACES) if (!db.objectStoreNames.contains(place)) db.createObjectStore(place); },
    blocking(_current, _next, event) { event.target.close(); lost(); },
    terminated: lost,
  });
}

const span = (of) => (of === undefined ? undefined : IDBKeyRange.bound([of], [of, []]));

function durable(first) {
  let db = first;
  // A browser may close a database under a page that slept; it is opened again where that shows.
  async function tried(deed) {
    try {
      return await deed(db);
    } catch (problem) {
      if (problem.name !== "InvalidStateError") throw problem;
      db = await opened();
      return deed(db);
    }
  }
  return {
    kept: true,
    read: (place, key) => tried((db) => db.get(place, key)),
    all: (place, of) => tried((db) => db.getAll(place, span(of))),
    write: (changes, { strict = false } = {}) => tried((db) => {
      if (!changes.length) return undefined;
      // A battery may be flat in the next moment: strict waits for the disk.
      const deed = db.transaction([...new Set(changes.map((change) => change.place))], "readwrite", { durability: strict ? "strict" : "relaxed" });
      for (const { place, key, of, value } of changes) {
        const there = deed.objectStore(place);
        if (value !== undefined) there.put(value, key);
        else if (key !== undefined) there.delete(key);
        else if (of !== undefined) there.delete(span(of));
        else there.clear();
      }
      return deed.done;
    }),
  };
}

export function fleeting() {
  const places = Object.fromEntries(PLACES.map((place) => [place, new Map()]));
  const name = (key) => JSON.stringify(key);
  const under = (of) => ([key]) => of === undefined || JSON.parse(key)[0] === of;
  return {
    kept: false,
    read: async (place, key) => places[place].get(name(key)),
    all: async (place, of) => [...places[place]].filter(under(of)).map(([, value]) => value),
    async write(changes) {
      for (const { place, key, of, value } of changes) {
        if (value !== undefined) places[place].set(name(key), value);
        else if (key !== undefined) places[place].delete(name(key));
        else for (const [one] of [...places[place]].filter(under(of))) places[place].delete(one);
      }
    },
  };
}
