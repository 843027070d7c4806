/** Replaces the keys that are in play in a run wherever they would be printed. */
export interface Redactor {
  /** Take what a key source gave, key or not, for something that nobody may see. */
  readonly learn: (text: string) => void
  /**
   * A text with `***` for all that was learnt: as it is, and as JSON, URLs and base64 write it.
   *
   * @param text the whole of what is printed: a key that is cut in two is not found
   */
  readonly redact: (text: string) => string
}

const MASK = '***'

/** Characters of the shortest value that is looked for: a shorter one is in any text by chance. */
const SHORTEST = 8

/** Nobody gives so many keys as one; the words of a long text would be found everywhere. */
const MOST_PARTS = 16

/** A redactor that knows nothing yet, and costs nothing until it does. */
export function createRedactor(): Redactor {
  /** What must not be seen, with its forms once they are needed. */
  const learnt = new Map<string, readonly string[] | undefined>()

  function formsWithin(length: number): readonly string[] {
    return [...learnt].flatMap(([value, known]) => {
      // No form is shorter than the value.
      if (value.length > length) return []
      const forms = known ?? formsOf(value)
      learnt.set(value, forms)
      return forms
    })
  }

  return {
    learn: (text) => {
      for (const value of valuesIn(text)) if (!learnt.has(value)) learnt.set(value, undefined)
    },
    redact: (text) => (learnt.size === 0 ? text : withoutForms(text, formsWithin(text.length))),
  }
}

/** The whole, and the parts of it that would be keys: `Bearer KEY`, two lines, a key and its comment. */
function valuesIn(given: string): readonly string[] {
  const whole = given.trim()
  const parts = whole.split(/[^!-~]+/)
  const values = parts.length > MOST_PARTS ? [whole] : [whole, ...parts]
  return values.filter((value) => value.length >= SHORTEST)
}

/** The ways in which programs write a value into a text, each once. */
function formsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value)
  const json = inJson(value)
  return [
    ...new Set([
      value,
      // The host of a URL is.
      value.toLowerCase(),
      json,
      // A JSON text within a JSON text.
      inJson(json),
      ...inUrls(bytes.toString()).flatMap((url) => [url, url.replaceAll(/%../g, lowerCase)]),
      bytes.toString('base64').replace(/=+$/, ''),
      bytes.toString('base64url'),
    ]),
  ]
}

/** @param text without half a surrogate pair, which cannot stand in a URL */
function inUrls(text: string): readonly string[] {
  const part = encodeURIComponent(text)
  const strict = part.replaceAll(/[!'()*]/g, escaped)
  const query = new URLSearchParams([['', text]]).toString().slice(1)
  return [part, strict, query, encodeURI(text)]
}

function escaped(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}

function lowerCase(escape: string): string {
  return escape.toLowerCase()
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

/** Until nothing is found: what stands around a mask may be a value of its own. */
function withoutForms(text: string, forms: readonly string[]): string {
  let left = text
  for (let places = placesOf(left, forms); places.length > 0; places = placesOf(left, forms)) {
    left = masked(left, places)
  }
  return left
}

/** A part of a text, in UTF-16 units; `end` is the unit after the last. */
interface Place {
  readonly start: number
  readonly end: number
}

/** Every place of every form, those that overlap included, in order. */
function placesOf(text: string, forms: readonly string[]): readonly Place[] {
  const places: Place[] = []
  for (const form of forms) {
    for (let start = text.indexOf(form); start >= 0; start = text.indexOf(form, start + 1)) {
      places.push({ start, end: start + form.length })
    }
  }
  return places.toSorted((a, b) => a.start - b.start)
}

/** One mask for what overlaps or touches, so that of two keys nothing is left. */
function masked(text: string, places: readonly Place[]): string {
  const kept: string[] = []
  let end = -1
  for (const place of places) {
    if (place.start > end) kept.push(text.slice(Math.max(end, 0), place.start))
    end = Math.max(end, place.end)
  }
  return [...kept, text.slice(end)].join(MASK)
}
