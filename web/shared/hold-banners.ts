import { placeInWords, untilInWords } from '../../desk/hold-post.ts';
import type { Db } from '../../postgres/database.ts';
import { holdsToTell } from '../../postgres/views/post-holds.ts';
import { may } from './roles.ts';
import type { HoldBanner, User } from './roles.ts';
import { scopeOf } from './scope.ts';
import { urls } from './urls.ts';

/**
 * The holds that a page tells somebody of: on pages of a deployment those that keep its e-mails back, on every other page those of the
 * service, of programmes and of the regions in which they work.
 */
export async function holdBanners(db: Db, user: User, reference: string | null): Promise<readonly HoldBanner[]> {
  const { all, regions, areas } = scopeOf(user, 'see-deployments');
  const holds = await holdsToTell(db, { reference, all, regions, areas });
  return holds.map((hold) => ({
    text: `E-mails ${placeInWords(hold)} are on hold ${untilInWords(hold.untilAt)}. None is sent.`,
    because: hold.because,
    href: may(user, 'see-today') ? urls.postHold(hold.id) : null,
  }));
}
