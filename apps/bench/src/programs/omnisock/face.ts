/** The face that the first argument names: one source is measured over both. */
import process from "node:process";

type Face = typeof import("omnisock");

const faces: Record<string, () => Promise<Face>> = {
  omnisock: () => import("omnisock"),
  posix: () => import("omnisock/posix"),
};

const [name = ""] = process.argv.slice(2);
const load = faces[name];
if (load === undefined) throw new Error(`The first argument is one of ${Object.keys(faces).join(", ")}, not '${name}'`);

export const face: Face = await load();
