/**
 * A duration as people say it, with the seconds that the settings use: `2 h (7200 s)`, `5 min 50 s (350 s)`, `45 s`.
 * Fractions of a second are rounded to a tenth.
 */
export function spellDuration(seconds: number): string {
  const plain = `${spellNumber(seconds)} s`;
  const spoken = speak(seconds);
  return spoken === plain ? plain : `${spoken} (${plain})`;
}

/** The same without the seconds in brackets, for places where every character counts. */
export function speakDuration(seconds: number): string {
  return speak(seconds);
}

function speak(seconds: number): string {
  if (seconds < 60) return `${spellNumber(seconds)} s`;
  const whole = Math.round(seconds);
  const parts = [
    { count: Math.floor(whole / 86_400), unit: 'd' },
    { count: Math.floor((whole % 86_400) / 3600), unit: 'h' },
    { count: Math.floor((whole % 3600) / 60), unit: 'min' },
    { count: whole % 60, unit: 's' },
  ].filter(({ count }) => count > 0);
  // Two units say enough: nobody plans by the seconds of a day.
  return parts
    .slice(0, 2)
    .map(({ count, unit }) => `${count} ${unit}`)
    .join(' ');
}

function spellNumber(seconds: number): string {
  return Number.isInteger(seconds) ? String(seconds) : seconds.toFixed(1);
}
