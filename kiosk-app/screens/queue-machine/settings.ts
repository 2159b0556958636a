/** What one citizen has set or chosen on the way to a number. Forgotten when nobody is there. */
import { type Language, setDocumentLanguage } from '../shared/language.ts';

export interface Settings {
  language: Language;
  /** 大字版 */
  elder: boolean;
  /** Controls within reach of a wheelchair or a child: lower part of the glass. */
  lowReach: boolean;
  /** Group whose services are shown; null: none chosen. */
  group: string | null;
  /** Priority class claimed; null: ordinary. */
  priority: string | null;
  /** The list of priority classes is open. */
  asking: boolean;
}

export const fresh: Settings = {
  language: 'zh',
  elder: false,
  lowReach: false,
  group: null,
  priority: null,
  asking: false,
};

/** The part that the style sheet reads; set before drawing, because the layout is measured then. */
export function applySettings(settings: Settings): void {
  const root = document.documentElement;
  root.toggleAttribute('data-elder', settings.elder);
  root.toggleAttribute('data-low-reach', settings.lowReach);
  setDocumentLanguage(settings.language);
}
