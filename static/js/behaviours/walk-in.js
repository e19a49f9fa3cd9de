export { walkIn } from "../door/walk-in.js";
