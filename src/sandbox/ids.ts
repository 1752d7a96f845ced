/**
 * Ids in the service's own forms, made from the state's counter: the same calls give the same ids. They are
 * scrambled, so that their order tells nothing about the order of creation, as in the service.
 */
export type IdSource = { counter: number };

/** A lower-case UUID of version 4's form. */
export function nextUuid(source: IdSource): string {
  const hex = nextHex(source, 32);
  const variant = "89ab".charAt(Number.parseInt(hex.charAt(16), 16) % 4);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** `digits` lower-case hexadecimal digits, at least 8; never the same twice, since the first 8 never are. */
export function nextHex(source: IdSource, digits: number): string {
  source.counter += 1;
  let hex = "";
  for (let part = 0; hex.length < digits; part += 1)
    hex += scramble(source.counter + part * 0x9e3779b9)
      .toString(16)
      .padStart(8, "0");
  return hex.slice(0, digits);
}

/** A one-to-one mapping of 32-bit numbers (the finishing step of MurmurHash3). */
function scramble(value: number): number {
  let bits = value >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
