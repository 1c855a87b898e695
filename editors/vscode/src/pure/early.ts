/** What is worth a short wait at the start, and no more. */

/** What comes of `work` within `patience` ms. What comes after that goes to `late`. */
export function early<T>(
  work: Promise<T>,
  patience: number,
  late: (value: T) => void,
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    let waiting = true;
    const timer = setTimeout(() => {
      waiting = false;
      resolve(undefined);
    }, patience);
    work.then((value) => {
      clearTimeout(timer);
      if (waiting) resolve(value);
      else late(value);
    }, reject);
  });
}
