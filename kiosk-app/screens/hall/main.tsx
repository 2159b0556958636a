import type { HallScreen } from '../contract.ts';
import { startPage } from '../shared/start.tsx';
import { ofRole } from '../shared/stream.ts';
import { HallPage } from './page.tsx';

startPage('/state', ofRole<HallScreen>('hall'), HallPage);
