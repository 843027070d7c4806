import { expect, test } from 'vitest'
import { faultOf } from '../../../src/system/http-faults.ts'

function withCode(code: string): Error {
  return Object.assign(new Error('the message is looked at by nobody'), { code })
}

test.each([
  ['ENOTFOUND', 'no-host'],
  ['EAI_AGAIN', 'no-names'],
  ['EAI_FAIL', 'no-names'],
  ['ECONNREFUSED', 'refused'],
  ['ENETUNREACH', 'unreachable'],
  ['ETIMEDOUT', 'no-connection'],
  ['ECONNRESET', 'cut-off'],
  ['CERT_HAS_EXPIRED', 'certificate-expired'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate-name'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate-untrusted'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'certificate-untrusted'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'certificate-untrusted'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'certificate-untrusted'],
  ['CERT_REVOKED', 'certificate-untrusted'],
  ['EPROTO', 'no-tls'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'no-tls'],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'no-tls'],
  ['HPE_INVALID_CONSTANT', 'not-http'],
  ['HPE_HEADER_OVERFLOW', 'not-http'],
  ['ERR_INVALID_CHAR', 'not-sent'],
  ['ERR_SOMETHING_NEW', 'unknown'],
])('%s is %s', (code, fault) => {
  expect(faultOf(withCode(code))).toBe(fault)
})

test('of several addresses that were tried the first counts', () => {
  const errors = [withCode('ECONNREFUSED'), withCode('ENETUNREACH')]
  expect(faultOf(new AggregateError(errors))).toBe('refused')
  expect(faultOf(Object.assign(new AggregateError(errors), { code: 'ETIMEDOUT' }))).toBe(
    'no-connection',
  )
})

test('what is no error of a code is unknown', () => {
  expect(faultOf(new Error('x'))).toBe('unknown')
  expect(faultOf('x')).toBe('unknown')
})
