/**
 * E-mail domains in which anybody can have an address, of providers that people in England use. An address in one of them says nothing
 * about the school somebody is at. No list is complete: a domain that people of other schools have too counts as public besides
 * (`standingOfAddress`). The packages that carry thousands of such domains fetch them from the network when they are installed.
 */
export const PUBLIC_DOMAINS: ReadonlySet<string> = new Set([
  ...['gmail.com', 'googlemail.com', 'outlook.com', 'outlook.co.uk', 'hotmail.com', 'hotmail.co.uk', 'live.com', 'live.co.uk', 'msn.com'],
  ...['yahoo.com', 'yahoo.co.uk', 'ymail.com', 'rocketmail.com', 'aol.com', 'aol.co.uk', 'icloud.com', 'me.com', 'mac.com'],
  ...[
    'btinternet.com',
    'btopenworld.com',
    'talktalk.net',
    'tiscali.co.uk',
    'sky.com',
    'virginmedia.com',
    'ntlworld.com',
    'blueyonder.co.uk',
  ],
  ...['plus.com', 'plusnet.com', 'zoho.com', 'gmx.com', 'gmx.co.uk', 'mail.com', 'protonmail.com', 'proton.me', 'pm.me', 'fastmail.com'],
  ...['tutanota.com', 'hey.com', 'yandex.com', 'o2.co.uk', 'orange.net', 'freeserve.co.uk', 'lineone.net', 'supanet.com'],
]);
