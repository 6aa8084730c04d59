// Any text may contain a shorter one by chance.
const SECRET_MIN_CHARACTERS = 4;
const BASE64_MIN_CHARACTERS = 8;

/** 7. Returns the texts that contain a password or token, in any encoding. */
export function leaks(texts: readonly string[], secrets: Iterable<string>): string[] {
  const longEnough = [...secrets].filter(({ length }) => length >= SECRET_MIN_CHARACTERS);
  const forms = longEnough.flatMap((secret) => [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret.toWellFormed()),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    ...withinBase64(secret),
  ]);
  return texts.filter((text) => forms.some((form) => text.includes(form)));
}

/** Returns the forms of a secret inside a longer base64 text, such as after a username. */
function withinBase64(secret: string): string[] {
  // Base64 turns 3 bytes into 4 characters, so the preceding text shifts the secret by 0, 1 or 2.
  const shifted = [0, 1, 2].map((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
    const own = bytes.subarray(0, bytes.length - (bytes.length % 3));
    // The first characters also encode bits of the preceding text.
    return own.toString('base64').slice(Math.ceil((before * 4) / 3));
  });
  return shifted.filter(({ length }) => length >= BASE64_MIN_CHARACTERS);
}
