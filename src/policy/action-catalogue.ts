/** What an action does, in IAM's own five words. */
export type AccessLevel = "List" | "Read" | "Write" | "Permissions management" | "Tagging";

/** In the order of the generated table. */
const levels = [
  "List",
  "Read",
  "Write",
  "Permissions management",
  "Tagging",
] as const satisfies readonly AccessLevel[];

type KnownAction = { readonly name: string; readonly level: AccessLevel };

/** The actions that IAM knows, as AWS documents them. */
export type ActionCatalogue = {
  /** Service prefixes, such as `s3`. */
  readonly services: readonly string[];
  /** The actions of one service; none when the service is not known. */
  readonly actionsOf: (service: string) => readonly KnownAction[];
};

/** The catalogue is half a megabyte: it is loaded by the first who asks for it. */
export async function actionCatalogue(): Promise<ActionCatalogue> {
  const { actionsByService } = await import("./action-catalogue.generated.js");
  return catalogueOf(actionsByService);
}

/** A catalogue of a table like the generated one: service prefix → names, one text for each level. */
export function catalogueOf(table: Readonly<Record<string, readonly string[]>>): ActionCatalogue {
  const unpacked = new Map<string, readonly KnownAction[]>();
  return {
    services: Object.keys(table),
    actionsOf: (service) => {
      const known = unpacked.get(service);
      if (known !== undefined) return known;
      const texts = Object.hasOwn(table, service) ? (table[service] ?? []) : [];
      const actions = levels.flatMap((level, index) =>
        (texts[index] ?? "").split(" ").flatMap((name) => (name === "" ? [] : [{ name, level }])),
      );
      unpacked.set(service, actions);
      return actions;
    },
  };
}
