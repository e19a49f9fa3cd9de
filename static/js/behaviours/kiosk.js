export { kiosk } from "../door/kiosk.js";
