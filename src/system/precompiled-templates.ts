import type Handlebars from 'handlebars'

type TemplateSpecification = Parameters<typeof Handlebars.template>[0]

/** No HTML escaping: presets are YAML. A missing value is an error, not an empty text. */
export const TEMPLATE_OPTIONS = { noEscape: true, strict: true }

/**
 * The presets of `templates/`, compiled, by their text. Empty in the source: `scripts/build.mjs`
 * fills it in, with the options above.
 */
export const precompiled: ReadonlyMap<string, TemplateSpecification> = new Map()
