import { NotFoundException } from '@nestjs/common';
import { BlobsUnavailable, BlobTooLarge } from '@loam/blobs';
import { Refused } from '@loam/messaging';
import { failureOf } from './problem.filter';

const withCode = (message: string, code: string): Error => Object.assign(new Error(message), { code });

describe('what an error is answered with', () => {
  it('is what the service said', () => {
    const failure = { code: 'skill-not-found', detail: 'There is no skill.' } as const;
    expect(failureOf(new Refused(failure))).toBe(failure);
  });
  it('says that a part is away, so that the client tries again', () => {
    expect(failureOf(withCode('refused', 'ECONNREFUSED'))?.code).toBe('unavailable');
    expect(failureOf(new BlobsUnavailable('unreachable', undefined))?.code).toBe('unavailable');
  });
  it('says what is wrong with the request', () => {
    expect(failureOf(new BlobTooLarge(10))?.code).toBe('body-too-large');
    expect(failureOf(withCode('too large', 'FST_ERR_CTP_BODY_TOO_LARGE'))?.code).toBe('body-too-large');
    expect(failureOf(withCode('type', 'FST_ERR_CTP_INVALID_MEDIA_TYPE'))?.code).toBe(
      'media-type-unsupported',
    );
    expect(failureOf(new NotFoundException('Cannot GET /nope'))?.code).toBe('not-found');
  });
  it('says nothing of what nobody foresaw', () => {
    expect(failureOf(new Error('secret at line 3'))).toBeUndefined();
    expect(failureOf('text')).toBeUndefined();
  });
});
