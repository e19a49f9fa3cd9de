// A screen in the hall, for twelve hours without anybody: asks for its picture, keeps the last one while nobody answers.
import { asking } from "../wall/asking.js";
import { hangs } from "../wall/picture.js";
import { turning } from "../wall/code.js";
import { renewal } from "../wall/renewal.js";
import { screen } from "../wall/screen.js";

const EVERY = 2000;

export function wall(root) {
  const region = root.querySelector("[data-wall-picture]"), state = root.querySelector("[data-wall-state]");
  const picture = hangs(region);
  const renew = renewal(root.dataset.build);
  let missed = 0, over = false;

  const asks = asking(root.dataset.address, EVERY, {
    heard(text) {
      missed = 0;
      over = false;
      state.hidden = true;
      if (text !== null) picture.hang(text);
      renew.look(region.firstElementChild?.dataset.build);
    },
    // One unheard answer says nothing yet; after the second the hall is told, in small letters.
    lost() {
      missed += 1;
      if (missed < 2 || over) return;
      const at = region.firstElementChild?.dataset.at;
      const words = at ? state.dataset.sayLost.replace("{time}", at) : "";
      if (state.textContent !== words) state.textContent = words;
      state.hidden = !words;
    },
    // Revoked: nothing of the picture may stay.
    gone() {
      over = true;
      state.hidden = true;
      picture.say(root.dataset.sayOver);
    },
  });
  turning(region, asks);
  screen(root);
}
