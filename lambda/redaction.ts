/** Knows the secrets of one invocation and replaces them in text that leaves it. */
export type Redaction = {
  remember: (secret: string | undefined) => void;
  redact: (text: string) => string;
};

const REPLACEMENT = '[redacted]';

// A shorter string is not a secret worth the name, and its redaction would garble every line.
const SECRET_MIN_CHARACTERS = 4;

/**
 * The last line of defence: nothing is meant to put a secret into a log line or an error, and
 * what does all the same is replaced, in clear and as base64, URLs and JSON would carry it.
 */
export function openRedaction(): Redaction {
  const forms = new Set<string>();
  return {
    remember: (secret) => {
      if (secret === undefined || secret.length < SECRET_MIN_CHARACTERS) return;
      forms.add(secret);
      forms.add(JSON.stringify(secret).slice(1, -1));
      forms.add(encodeURIComponent(secret.toWellFormed()));
      for (const form of base64Forms(secret)) forms.add(form);
    },
    // The longest goes first, so that a secret within another leaves no rest of it.
    redact: (text) =>
      [...forms]
        .sort((one, other) => other.length - one.length)
        .reduce((safe, form) => safe.replaceAll(form, REPLACEMENT), text),
  };
}

// Within a longer text, as `name:password` is, a secret begins at any of three places of a group.
const GROUP_BYTES = [0, 1, 2];
const BITS_PER_CHARACTER = 6;

/** A secret in base64, by itself and within a longer text: the characters that are its alone. */
function base64Forms(secret: string): string[] {
  const own = Buffer.from(secret);
  const within = GROUP_BYTES.map((before) => {
    const from = Math.ceil((before * 8) / BITS_PER_CHARACTER);
    const to = Math.floor(((before + own.length) * 8) / BITS_PER_CHARACTER);
    return Buffer.concat([Buffer.alloc(before), own])
      .toString('base64')
      .slice(from, to);
  });
  return [own.toString('base64').replace(/=+$/, ''), ...within];
}
