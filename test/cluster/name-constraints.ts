import type { Certificate } from '../sandbox/certificate.ts';

// Made with OpenSSL, and valid for a hundred years: the library of the sandbox cannot make them.

/** A CA that may only issue certificates for example.com. */
export const CONSTRAINED_CA = [
  '-----BEGIN CERTIFICATE-----',
  'MIIBkDCCATagAwIBAgIUcBHmZRRwLD+xw5rE+Hbe3wTWGNYwCgYIKoZIzj0EAwIw',
  'DTELMAkGA1UEAwwCbmMwIBcNMjYxMTI1MTgyMzEwWhgPMjEyNjExMDExODIzMTBa',
  'MA0xCzAJBgNVBAMMAm5jMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE3PNj00z3',
  'T5gBuOTP877RfeBXa+CM62/buXIomGL4LVIypv5oNePny2nvMftDaX90sNF2VIOY',
  'qDQpaHniCRzuBKNyMHAwHQYDVR0OBBYEFNnb+XCt0pvQbzaTyLoXWWtsDdkDMB8G',
  'A1UdIwQYMBaAFNnb+XCt0pvQbzaTyLoXWWtsDdkDMA8GA1UdEwEB/wQFMAMBAf8w',
  'HQYDVR0eAQH/BBMwEaAPMA2CC2V4YW1wbGUuY29tMAoGCCqGSM49BAMCA0gAMEUC',
  'IHmi6MKBh0RZNOmuOW7AsyWBThRhha39zmb1BhFutc04AiEAwciUDLAZ5dqMCABX',
  'wzugGIONsTuy2D8BoML3AmU3uCM=',
  '-----END CERTIFICATE-----',
].join('\n');

/** A certificate of that CA for the cluster of the sandbox. */
export const OUTSIDE: Certificate = {
  cert: [
    '-----BEGIN CERTIFICATE-----',
    'MIIBsTCCAVigAwIBAgIUAeQy3s9RPd3xqBsWT/6bdRf14FswCgYIKoZIzj0EAwIw',
    'DTELMAkGA1UEAwwCbmMwIBcNMjYxMTI1MTgyMzEwWhgPMjEyNjExMDExODIzMTBa',
    'MB0xGzAZBgNVBAMMEnJlZGlzLnNhbmRib3gudGVzdDBZMBMGByqGSM49AgEGCCqG',
    'SM49AwEHA0IABFpCS4C4vXePB05h0+/nbD53+juGzihbbgRAxPA3AwK4YcEem6g+',
    'TQkSHQZlaK3HUUgJqQLevDdaf0me/5ejHoGjgYMwgYAwPgYDVR0RBDcwNYIScmVk',
    'aXMuc2FuZGJveC50ZXN0ghQqLnJlZGlzLnNhbmRib3gudGVzdIIJbG9jYWxob3N0',
    'MB0GA1UdDgQWBBQ37PvTITqpOsi7uhHBz9fUE8qYPDAfBgNVHSMEGDAWgBTZ2/lw',
    'rdKb0G82k8i6F1lrbA3ZAzAKBggqhkjOPQQDAgNHADBEAiBPL4EqkPfn84ZdfrbP',
    'fuY4fYvedBGBolJ2XTc8yMFUkgIgHtxUC1wWJqpgkuQZpe570SLrbL+wfxoF6OKi',
    'rH1M5zc=',
    '-----END CERTIFICATE-----',
  ].join('\n'),
  key: [
    '-----BEGIN PRIVATE KEY-----',
    'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgEr4mxdksS9xeaDwH',
    'erJ5JyuaV0ypvOl6Jxnp+QqsWC2hRANCAARaQkuAuL13jwdOYdPv52w+d/o7hs4o',
    'W24EQMTwNwMCuGHBHpuoPk0JEh0GZWitx1FICakC3rw3Wn9Jnv+Xox6B',
    '-----END PRIVATE KEY-----',
  ].join('\n'),
};
