/** The session durations Identity Center documents for permission sets: one to twelve hours, in seconds. */
export const minimumSession = 3600;
export const maximumSession = 12 * 3600;

/** What the service uses when a permission set names no duration. */
export const defaultSessionDuration = "PT1H";

const pattern = /^P(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?$/;

/** The seconds of an ISO 8601 duration of days, hours, minutes and seconds; null for any other text. */
export function secondsOf(duration: string): number | null {
  const match = pattern.exec(duration);
  if (match === null || duration.endsWith("T") || duration === "P") return null;
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  return (days ?? 0) * 86_400 + (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0);
}

/** One spelling for one length (`PT60M` and `PT1H` are the same session); a text that is no duration stays as it is. */
export function canonicalDuration(duration: string): string {
  const total = secondsOf(duration);
  if (total === null || total === 0) return duration;
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  const seconds = total % 60;
  return `PT${hours > 0 ? `${hours}H` : ""}${minutes > 0 ? `${minutes}M` : ""}${seconds > 0 ? `${seconds}S` : ""}`;
}
