import { absences } from "./absences.ts";
import { show } from "./expect.ts";

const VERBS = ["connect", "listen", "bind", "resolve", "reverse", "aliases", "interfaces"];
const KINDS = ["stream", "listener", "datagram", "unix"];
const REQUIRED_KINDS = ["stream", "listener", "datagram"];

/** What a value lacks to be an adapter, as far as can be told without calling it; undefined when nothing. */
export function adapterFault(adapter: unknown): string | undefined {
  if (adapter === undefined) return "the module exports no `adapter`";
  if (typeof adapter !== "object" || adapter === null) return `\`adapter\` is ${show(adapter)}, no object`;
  const { name, supports, options, ...rest } = everythingOf(adapter);
  if (typeof name !== "string" || name === "") return `\`adapter.name\` is ${show(name)}, no name`;
  const lacks = VERBS.filter((verb) => typeof rest[verb] !== "function");
  if (lacks.length > 0) return `\`adapter\` has no ${lacks.map((verb) => `${verb}()`).join(", ")}`;
  return supportsFault(supports) ?? optionsFault(options);
}

/** Its members, also those of a class. */
function everythingOf(adapter: object): { readonly [name: string]: unknown } {
  const members = ["name", "supports", "options", ...VERBS];
  return Object.fromEntries(members.map((member) => [member, Reflect.get(adapter, member)]));
}

function supportsFault(supports: unknown): string | undefined {
  if (!(supports instanceof Set)) return `\`adapter.supports\` is ${show(supports)}, no Set of capabilities`;
  const unknown = [...supports].filter((name) => !Object.hasOwn(absences, String(name)));
  if (unknown.length === 0) return undefined;
  return `\`adapter.supports\` has ${unknown.map(show).join(", ")}; capabilities are ${Object.keys(absences).join(", ")}`;
}

function optionsFault(options: unknown): string | undefined {
  if (typeof options !== "object" || options === null) return `\`adapter.options\` is ${show(options)}, no object`;
  const lacks = REQUIRED_KINDS.filter((kind) => typeof Reflect.get(options, kind) !== "object");
  if (lacks.length > 0) return `\`adapter.options\` has no ${lacks.join(", ")}: {} claims nothing`;
  const unknown = Object.keys(options).filter((kind) => !KINDS.includes(kind));
  if (unknown.length > 0)
    return `\`adapter.options\` has ${unknown.join(", ")}; kinds of sockets are ${KINDS.join(", ")}`;
  return undefined;
}
