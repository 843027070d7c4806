import { once } from 'node:events'
import { connect } from 'node:net'
import { onTestFinished } from 'vitest'

/** The name that gnome-keyring asks to show its dialogs. */
export const GNOME_PROMPTER = 'org.gnome.keyring.SystemPrompter'

const METHOD_CALL = 1

interface Call {
  readonly serial: number
  readonly member: string
  readonly signature?: string
  readonly body?: Buffer
}

/**
 * Own a name on a D-Bus and never answer a call to it, until the test is over: a dialog that stands
 * on the screen while the user is away.
 *
 * @param address as in `DBUS_SESSION_BUS_ADDRESS`: `unix:path=…`
 */
export async function ownSilently(address: string, name: string): Promise<void> {
  const [, path = ''] = /^unix:path=([^,;]+)/.exec(address) ?? []
  const socket = connect(path)
  onTestFinished(() => void socket.destroy())
  const uid = Buffer.from(String(process.getuid?.())).toString('hex')
  socket.write(`\0AUTH EXTERNAL ${uid}\r\n`)
  await received('OK ')
  socket.write('BEGIN\r\n')
  socket.write(messageToBus({ serial: 1, member: 'Hello' }))
  const noFlags = uint32(0)
  const body = Buffer.concat([padded(text(name), 4), noFlags])
  socket.write(messageToBus({ serial: 2, member: 'RequestName', signature: 'su', body }))
  // The bus tells the owner in a signal of this name, once for its own name and once for this one.
  await received('NameAcquired', name)

  async function received(...words: readonly string[]): Promise<void> {
    let seen = ''
    while (!words.every((word) => seen.includes(word))) {
      const [chunk]: Buffer[] = await once(socket, 'data')
      seen += chunk?.toString('latin1')
    }
  }
}

/** A call to the bus itself (D-Bus specification, "Message Format"). */
function messageToBus({ serial, member, signature, body = Buffer.alloc(0) }: Call): Buffer {
  const fields = [
    field(1, 'o', text('/org/freedesktop/DBus')),
    field(2, 's', text('org.freedesktop.DBus')),
    field(3, 's', text(member)),
    field(6, 's', text('org.freedesktop.DBus')),
  ]
  if (signature !== undefined) fields.push(field(8, 'g', shortText(signature)))
  // Fields begin at multiples of eight; the padding after the last one is not part of the array.
  const last = fields.pop() ?? Buffer.alloc(0)
  const array = Buffer.concat([...fields.map((one) => padded(one, 8)), last])
  const start = Buffer.from(['l'.charCodeAt(0), METHOD_CALL, 0, 1])
  const header = [start, uint32(body.length), uint32(serial), uint32(array.length), array]
  return Buffer.concat([padded(Buffer.concat(header), 8), body])
}

function field(code: number, type: string, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([code]), shortText(type), value])
}

function text(value: string): Buffer {
  return Buffer.concat([uint32(value.length), Buffer.from(`${value}\0`)])
}

function shortText(value: string): Buffer {
  return Buffer.from([value.length, ...Buffer.from(value), 0])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function padded(bytes: Buffer, boundary: number): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((boundary - (bytes.length % boundary)) % boundary)])
}
