import type { QueueScreen } from '../contract.ts';
import { startPage } from '../shared/start.tsx';
import { ofRole } from '../shared/stream.ts';
import { QueuePage } from './page.tsx';

startPage('/state', ofRole<QueueScreen>('queue-machine'), QueuePage);
