/**
 * Names that every JavaScript object has by birth: OpenCode 1.18.33 takes a provider or a model that is
 * called so for one that it has already, and then lists none at all.
 */
export const OBJECT_NAMES: ReadonlySet<string> = new Set(
  Object.getOwnPropertyNames(Object.prototype),
)
