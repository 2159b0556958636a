import type { DisplayScreen } from '../contract.ts';
import { startPage } from '../shared/start.tsx';
import { ofRole } from '../shared/stream.ts';
import { DisplayPage } from './page.tsx';

startPage('/state', ofRole<DisplayScreen>('display'), DisplayPage);
