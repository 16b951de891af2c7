import { describe, expect, test } from '@jest/globals';
import { addParameter, hidePasswords } from '../../src/remediation/edit-connection-string.ts';

describe('a parameter is added where each form of connection string takes it', () => {
  test.each([
    ['postgresql://db:5432/app', 'postgresql://db:5432/app?keepalives_idle=240'],
    ['postgresql://db/app?sslmode=require', 'postgresql://db/app?sslmode=require&keepalives_idle=240'],
    ['postgresql://db/app?keepalives_idle=9000&x=1', 'postgresql://db/app?x=1&keepalives_idle=240'],
    ['redis://cache:6379/0#frag', 'redis://cache:6379/0?keepalives_idle=240#frag'],
    ['jdbc:postgresql://db/app', 'jdbc:postgresql://db/app?keepalives_idle=240'],
    ['jdbc:sqlserver://db:1433;encrypt=true', 'jdbc:sqlserver://db:1433;encrypt=true;keepalives_idle=240'],
    ['app@tcp(db:3306)/app', 'app@tcp(db:3306)/app?keepalives_idle=240'],
    ['host=db port=5432 dbname=app', 'host=db port=5432 dbname=app keepalives_idle=240'],
    ['Host=db;Username=app;', 'Host=db;Username=app;keepalives_idle=240'],
    ['Host=db;Keepalives_Idle=9;', 'Host=db;keepalives_idle=240'],
  ])('%s', (before, after) => {
    expect(addParameter(before, 'keepalives_idle', '240')?.exact).toBe(after);
  });

  test('what is no connection string is left alone', () => {
    expect(addParameter('hello', 'a', 'b')).toBeUndefined();
  });
});

describe('no password is shown', () => {
  test.each([
    ['postgresql://app:s3cret@db/app?x=1', 'postgresql://app:***@db/app?x=1'],
    ['app:s3cret@tcp(db:3306)/app', 'app:***@tcp(db:3306)/app'],
    ['Host=db;Password=s3cret;Pooling=true', 'Host=db;Password=***;Pooling=true'],
    ['host=db password=s3cret user=app', 'host=db password=*** user=app'],
    ['jdbc:sqlserver://db;password=s3cret;user=a', 'jdbc:sqlserver://db;password=***;user=a'],
    ['postgresql://db/app?password=s3cret&x=1', 'postgresql://db/app?password=***&x=1'],
    ['postgresql://app:p@ss@word@db/app', 'postgresql://app:***@db/app'],
    ['jdbc:oracle:thin:@//db:1521/orders', 'jdbc:oracle:thin:@//db:1521/orders'],
    ['jdbc:oracle:thin:scott/tiger@db:1521:x', 'jdbc:oracle:thin:scott/***@db:1521:x'],
    ['value: "redis://:s3cret@cache:6379/0"', 'value: "redis://:***@cache:6379/0"'],
  ])('%s', (text, shown) => {
    expect(hidePasswords(text)).toBe(shown);
  });
});
