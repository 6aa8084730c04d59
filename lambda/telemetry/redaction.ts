import { fieldsOf } from '../json.ts';

/** Knows the secrets of one invocation and replaces them in text that leaves it. */
export type Redaction = {
  registerSecret: (secret: string | undefined) => void;
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
    registerSecret: (secret) => {
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

// Under these keys stand constants of the function. A password such as `INFO`, `reconcile` or
// `CurrentPasswordRejected` must not change them: nobody could search for the line, or see its metrics.
const OWN = new Set([
  ...['timestamp', 'level', 'message', 'step', 'code', 'check', 'status'],
  ...['_aws', 'FunctionName', 'Step', 'ErrorCode'],
]);

/** Redacts each string in JSON, except the function's own constants. */
export function redactFields(json: unknown, redact: Redaction['redact']): unknown {
  if (typeof json === 'string') return redact(json);
  if (Array.isArray(json)) return json.map((one) => redactFields(one, redact));
  const fields = fieldsOf(json);
  if (fields === undefined) return json;
  const safe = (key: string, value: unknown) =>
    OWN.has(key) ? value : redactFields(value, redact);
  return Object.fromEntries(Object.entries(fields).map(([key, one]) => [key, safe(key, one)]));
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
