/** Moves through pages as people without a pointer do, and sees that they know where they are. */
import { expect, type Locator, type Page } from '@playwright/test';

/** Key presses from the address bar to the end of the longest page. */
const PRESSES_MAX = 250;

/** Focused element: its index among all elements, its text, and whether it is visible. */
interface Focused {
  readonly index: number;
  readonly words: string;
  readonly isVisible: boolean;
}

/** A frame of an element may be drawn by one around it, as that of an editor is. */
const FOCUSED = `(() => {
  const element = document.activeElement;
  if (element === null || element === document.body)
    return { index: -1, words: '', isVisible: true };
  const drawn = [element, element.parentElement, element.parentElement?.parentElement]
    .filter((each) => each !== null && each !== undefined)
    .map((each) => getComputedStyle(each));
  const hasOutline = ({ outlineStyle, outlineWidth }) =>
    outlineStyle !== 'none' && parseFloat(outlineWidth) > 0;
  const box = element.getBoundingClientRect();
  return {
    index: [...document.querySelectorAll('*')].indexOf(element),
    words: (element.getAttribute('aria-label') ?? element.textContent ?? element.tagName).trim(),
    isVisible: box.width > 0 && box.height > 0 &&
      (drawn.some(hasOutline) || drawn[0].boxShadow !== 'none'),
  };
})()`;

/** Returns the focused element. */
async function focused(page: Page): Promise<Focused> {
  // The expression answers this shape.
  return page.evaluate<Focused>(FOCUSED);
}

/** Controls may draw their frame a moment later. */
async function expectVisibleFocus(page: Page): Promise<Focused> {
  let now: Focused = { index: -1, words: '', isVisible: false };
  await expect
    .poll(async () => {
      now = await focused(page);
      return now.isVisible ? 'visible' : `not to be seen: ${now.words}`;
    })
    .toBe('visible');
  return now;
}

/** Presses Tab until the control has the focus; each one on the way shows that it has it. */
export async function tabTo(page: Page, control: Locator, key = 'Tab'): Promise<void> {
  await expect(control).toBeVisible();
  let last = -2;
  for (let presses = 0; presses < PRESSES_MAX; presses += 1) {
    await page.keyboard.press(key);
    const { index } = await expectVisibleFocus(page);
    if (index === last) throw new Error(`${key} stays on ${String(control)} or before it.`);
    last = index;
    if (await control.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`${PRESSES_MAX} presses of ${key} do not lead to ${String(control)}.`);
}

/** Presses Tab from the heading of a page to its end. @returns how many stops there were */
export async function tabThrough(page: Page): Promise<number> {
  const stops = new Set<number>();
  for (let presses = 0; presses < PRESSES_MAX; presses += 1) {
    await page.keyboard.press('Tab');
    const { index } = await expectVisibleFocus(page);
    if (index === -1 || stops.has(index)) return stops.size;
    stops.add(index);
  }
  throw new Error(`The page has more than ${PRESSES_MAX} stops.`);
}
