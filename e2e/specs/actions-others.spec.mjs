// Every offered action of reports and consultations, in every state, by every role.
import { pressAll } from '../lib/actions.mjs';

pressAll('report', 'consultation');
