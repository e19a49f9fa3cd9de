// A link to a page of the door that shall open without a network too, though nobody has been there yet.
import { keepShell } from "../door/shell.js";

export function keptPage(link) {
  keepShell(link.dataset.shell, link.dataset.build, new URL(link.href).pathname);
}
