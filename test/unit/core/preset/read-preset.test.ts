import { describe, expect, test } from 'vitest'
import type { PresetContext } from '../../../../src/core/preset/preset.ts'
import { presetReader } from '../../../../src/core/preset/read-preset.ts'
import { compileTemplate } from '../../../../src/system/handlebars-templates.ts'

const work: PresetContext = { id: 'a', with: {}, vars: {}, machine: { hostname: 'work-1' } }
const home: PresetContext = { ...work, machine: { hostname: 'home' } }

function preset(text: string) {
  return { file: 'p', text: `about: x\nprovider: { ${text} }\n` }
}

describe('a preset that several machines use', () => {
  test('is compiled once', () => {
    let compiled = 0
    const read = presetReader((text) => {
      compiled += 1
      return compileTemplate(text)
    })
    read(preset('npm: x')).render(work)
    read(preset('npm: x')).render(home)
    read({ ...preset('npm: x'), file: 'beside an include' }).render(home)
    expect(compiled).toBe(2)
  })

  test('is read once where it comes out the same', () => {
    const { render } = presetReader(compileTemplate)(preset('npm: {{json id}}'))
    expect(render(home)).toBe(render(work))
    expect(render({ ...home, id: 'b' })).not.toEqual(render(work))
  })

  test('is read for each where it comes out differently', () => {
    const { render } = presetReader(compileTemplate)(preset('npm: {{json machine.hostname}}'))
    expect(render(home)).not.toEqual(render(work))
  })
})
