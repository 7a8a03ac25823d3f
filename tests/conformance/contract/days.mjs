// Days as they are told in reasons and headings, written as 2027-01-31; as such they can be compared as texts.

const DAY = /\b\d{4}-\d\d-\d\d\b/g;

/** Whether there is such a day. */
export function isDay(text) {
  const time = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(time.valueOf()) && time.toISOString().startsWith(text);
}

/** The one day that a text names; null where it names none, several, or one that no calendar has. */
export function dayIn(text) {
  const days = [...new Set(text?.match(DAY))];
  return days.length === 1 && isDay(days[0]) ? days[0] : null;
}

/** The text with its day taken out. */
export const without = (text) => text.replaceAll(DAY, '');

/** The same day six months later, or the last of that month where it has no such day. */
export function sixMonthsAfter(day) {
  const [year, month, date] = day.split('-').map(Number);
  const last = new Date(Date.UTC(year, month + 6, 0)).getUTCDate();
  return new Date(Date.UTC(year, month + 5, Math.min(date, last))).toISOString().slice(0, 10);
}

/** Today in Hải Phòng. */
export const today = () => new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Ho_Chi_Minh' }).format(new Date());
