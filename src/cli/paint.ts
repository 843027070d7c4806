/** Colours a text, or leaves it as it is. */
export interface Paint {
  readonly red: (text: string) => string
  readonly green: (text: string) => string
  readonly yellow: (text: string) => string
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
}

function code(open: number, close: number): (text: string) => string {
  return (text) => `\u001B[${open}m${text}\u001B[${close}m`
}

const asIs = (text: string): string => text

export const plain: Paint = { red: asIs, green: asIs, yellow: asIs, bold: asIs, dim: asIs }

const colourful: Paint = {
  red: code(31, 39),
  green: code(32, 39),
  yellow: code(33, 39),
  bold: code(1, 22),
  dim: code(2, 22),
}

export function choosePaint(choice: 'auto' | 'always' | 'never', wanted: boolean): Paint {
  if (choice === 'always') return colourful
  return choice === 'auto' && wanted ? colourful : plain
}
