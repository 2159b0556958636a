/** What both demonstration pages share: heading, language, "not running". */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '../shared/button.tsx';
import { type Language, LanguageContext, setDocumentLanguage } from '../shared/language.ts';
import { demoTexts, useDemoTexts } from './texts.ts';

/** Which language the visitor's browser asks for. */
const preferred = (): Language => (navigator.language.startsWith('en') ? 'en' : 'zh');

export function Desk({ children }: { children: ComponentChildren }) {
  const [language, setLanguage] = useState<Language>(preferred);
  setDocumentLanguage(language);
  const t = demoTexts(language);
  return (
    <LanguageContext.Provider value={language}>
      <div class="desk">
        <Button
          class="desk-language"
          id="language"
          lang={t.languageTag}
          onPress={() => setLanguage(language === 'zh' ? 'en' : 'zh')}
        >
          {t.language}
        </Button>
        {children}
      </div>
    </LanguageContext.Provider>
  );
}

export function NotRunning() {
  const t = useDemoTexts();
  return (
    <div class="not-running" role="alert">
      <b>{t.notRunning}</b>
      <p>{t.notRunningTodo}</p>
    </div>
  );
}
