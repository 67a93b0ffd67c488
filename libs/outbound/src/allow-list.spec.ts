import { allowNothing, isAllowed, mayAsk, parseAllowList } from './allow-list';

describe('an address that a user gives', () => {
  it.each([
    ...['127.0.0.1', '127.8.8.8', '10.0.0.1', '172.16.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1'],
    ...[
      '0.0.0.0',
      '0.1.2.3',
      '198.18.0.1',
      '192.0.0.8',
      '192.0.2.1',
      '224.0.0.1',
      '240.0.0.1',
      '255.255.255.255',
    ],
    ...[
      '::',
      '::1',
      '::ffff:8.8.8.8',
      '::ffff:127.0.0.1',
      '::127.0.0.1',
      'fe80::1',
      'fec0::1',
      'fd00:ec2::254',
    ],
    ...['64:ff9b::7f00:1', '64:ff9b:1::1', '2002:7f00:1::', '2001::1', '2001:db8::1', 'ff02::1', '4000::1'],
  ])('is not fetched from %s', (address) => {
    expect(mayAsk(allowNothing, 'example.org', address)).toBe(false);
  });
  it.each(['8.8.8.8', '93.184.216.34', '2606:4700::1111', '2001:4860:4860::8888'])(
    'is fetched from %s',
    (address) => {
      expect(mayAsk(allowNothing, 'example.org', address)).toBe(true);
    },
  );
});

describe('the list of what is allowed besides', () => {
  const list = parseAllowList(' Wiki.internal, 10.1.0.0/16,127.0.0.1 ,fd00::/8,');
  it('holds hosts by their exact names', () => {
    expect(isAllowed(list, 'WIKI.internal', '10.9.9.9')).toBe(true);
    expect(isAllowed(list, 'other.internal', '10.9.9.9')).toBe(false);
    expect(isAllowed(list, 'a.wiki.internal', '10.9.9.9')).toBe(false);
  });
  it('holds addresses and ranges, each of its family', () => {
    const allowed = (address: string) => isAllowed(list, 'x', address);
    expect(['10.1.2.3', '127.0.0.1', 'fd12::1'].filter(allowed)).toHaveLength(3);
    expect(['10.2.0.1', '127.0.0.2', '::1', '::ffff:127.0.0.1'].filter(allowed)).toEqual([]);
  });
  it.each(['10.0.0.0/99', 'http://x', '*', 'a b', '-a'])('refuses %j', (part) => {
    expect(() => parseAllowList(part)).toThrow(part);
  });
});
