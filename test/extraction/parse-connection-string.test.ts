import { describe, expect, test } from '@jest/globals';
import { type ConnectionString, parameterOf } from '../../src/extraction/strings/connection-string.ts';
import {
  parseConnectionString,
  parseOracleConnect,
} from '../../src/extraction/strings/parse-connection-string.ts';

/** `scheme host:port,host:port ?name=value&…`, or undefined. */
function inShort(string: ConnectionString | undefined): string | undefined {
  if (string === undefined) return undefined;
  const hosts = string.hosts
    .map(({ host, port }) => (port === undefined ? host : `${host}:${port}`))
    .join(',');
  const where = string.socket ?? (string.alias === undefined ? hosts : `alias ${string.alias}`);
  const parameters = string.parameters.map(({ name, value }) => `${name}=${value}`).join('&');
  return `${string.scheme || string.syntax} ${where}${parameters === '' ? '' : ` ?${parameters}`}`;
}

const parse = (text: string): string | undefined => inShort(parseConnectionString(text));

describe('URLs', () => {
  test.each([
    [
      'postgres://app:pw@db.example:5432/app?keepalives_idle=60',
      'postgres db.example:5432 ?keepalives_idle=60',
    ],
    [
      'postgresql://db1:5432,db2:5433/app?target_session_attrs=any',
      'postgresql db1:5432,db2:5433 ?target_session_attrs=any',
    ],
    ['postgresql:///app?host=/var/run/postgresql', 'postgresql  ?host=/var/run/postgresql'],
    ['postgres://%2Fvar%2Frun%2Fpostgresql/app', 'postgres /var/run/postgresql'],
    ['postgresql+psycopg2://u:p@h/db', 'postgresql+psycopg2 h'],
    ['redis://:hunter2@cache:6379/0', 'redis cache:6379'],
    ['rediss://u:p@[2001:db8::1]:6380/1', 'rediss 2001:db8::1:6380'],
    ['redis+socket:///var/run/redis.sock', 'redis+socket /var/run/redis.sock'],
    ['unix:///run/x.sock', 'unix /run/x.sock'],
    [
      'mongodb://u:p@m1:27017,m2,m3:27019/db?replicaSet=rs0&maxIdleTimeMS=120000',
      'mongodb m1:27017,m2,m3:27019 ?replicaSet=rs0&maxIdleTimeMS=120000',
    ],
    ['mongodb+srv://u:p@cluster.example.net/?w=majority', 'mongodb+srv cluster.example.net ?w=majority'],
    ['amqp://app@rabbit:5672//?heartbeat=30', 'amqp rabbit:5672 ?heartbeat=30'],
    ['nats://n1:4222,n2:4222', 'nats n1:4222,n2:4222'],
    ['HTTPS://Api.Example.com/x?q=1#frag', 'https Api.Example.com ?q=1'],
    ['mysql://u:p@tcp(db:3306)/x', 'mysql db:3306'],
    ['kafka://b1:9092,b2:9092', 'kafka b1:9092,b2:9092'],
  ])('%s', (text, expected) => {
    expect(parse(text)).toBe(expected);
  });

  test.each([
    ['a slash in the password', 'postgres://u:p/w@db:5432/app', 'postgres db:5432'],
    ['an at-sign in the password', 'postgres://u:p@w@db:5432/app', 'postgres db:5432'],
    [
      'a question mark in the password',
      'postgres://u:p?w@db:5432/app?sslmode=off',
      'postgres db:5432 ?sslmode=off',
    ],
    ['a hash in the password', 'postgres://u:p#w@db:5432/app', 'postgres db:5432'],
    ['an at-sign in the path of a web address', 'http://host:8080/@scope/pkg', 'http host:8080'],
    ['a password parameter is dropped', 'postgres://db/app?user=u&password=hunter2&x=1', 'postgres db ?x=1'],
    ['a colon without port', 'redis://cache:/0', 'redis cache'],
    ['percent signs that encode nothing', 'postgres://db/app?x=%zz', 'postgres db ?x=%zz'],
  ])('%s', (_what, text, expected) => {
    expect(parse(text)).toBe(expected);
  });

  test.each([
    ['a port that is no number', 'postgres://db:abc/app'],
    ['a port above all ports', 'postgres://db:70000/app'],
    ['a host with a blank', 'postgres://d b/app'],
    ['no scheme', '://db/app'],
    ['a sentence', 'see the docs at the usual place'],
    ['nothing', ''],
    ['a version', '1.2.3'],
  ])('is none: %s', (_what, text) => {
    expect(parse(text)).toBeUndefined();
  });
});

describe('JDBC', () => {
  test.each([
    ['jdbc:postgresql://db:5432/app?tcpKeepAlive=true', 'jdbc:postgresql db:5432 ?tcpKeepAlive=true'],
    ['jdbc:postgresql://h1:5432,h2:5432/app', 'jdbc:postgresql h1:5432,h2:5432'],
    ['jdbc:postgresql:app', 'jdbc:postgresql '],
    ['jdbc:mysql://u:p@db:3306/app?socketTimeout=60000', 'jdbc:mysql db:3306 ?socketTimeout=60000'],
    ['jdbc:mysql:replication://p:3306,r:3306/app', 'jdbc:mysql:replication p:3306,r:3306'],
    ['jdbc:mysql://address=(host=h1)(port=3306),address=(host=h2)/app', 'jdbc:mysql h1:3306,h2'],
    ['jdbc:mysql://(host=h1,port=3307),(host=h2,port=3308)/app', 'jdbc:mysql h1:3307,h2:3308'],
    ['jdbc:mariadb://db/app?tcpKeepIdle=120', 'jdbc:mariadb db ?tcpKeepIdle=120'],
    [
      'jdbc:sqlserver://sql\\INST:1433;databaseName=app;password={a;b};socketTimeout=60000',
      'jdbc:sqlserver sql:1433 ?databaseName=app&socketTimeout=60000',
    ],
    ['jdbc:sqlserver://;serverName=sql;encrypt=true', 'jdbc:sqlserver sql ?serverName=sql&encrypt=true'],
    [
      'jdbc:db2://db2:50000/APP:keepAliveTimeOut=60;loginTimeout=10;',
      'jdbc:db2 db2:50000 ?keepAliveTimeOut=60&loginTimeout=10',
    ],
    [
      'r2dbc:pool:postgresql://db:5432/app?maxIdleTime=PT4M',
      'r2dbc:pool:postgresql db:5432 ?maxIdleTime=PT4M',
    ],
  ])('%s', (text, expected) => {
    expect(parse(text)).toBe(expected);
  });
});

describe('Oracle', () => {
  test.each([
    [
      'jdbc:oracle:thin:@//ora:1521/app?oracle.net.keepAlive=true',
      'jdbc:oracle:thin ora:1521 ?oracle.net.keepAlive=true',
    ],
    ['jdbc:oracle:thin:@ora:1521:SID', 'jdbc:oracle:thin ora:1521'],
    ['jdbc:oracle:thin:@ora:1521/app', 'jdbc:oracle:thin ora:1521'],
    ['jdbc:oracle:thin:scott/tiger@ora:1521:SID', 'jdbc:oracle:thin ora:1521'],
    ['jdbc:oracle:thin:scott/ti@ger@//ora:1521/app', 'jdbc:oracle:thin ora:1521'],
    [
      'jdbc:oracle:thin:@tcps://ora:2484/app?wallet_location=/w',
      'jdbc:oracle:thin ora:2484 ?wallet_location=/w',
    ],
    ['jdbc:oracle:thin:@h1:1521,h2:1521/app', 'jdbc:oracle:thin h1:1521,h2:1521'],
    ['jdbc:oracle:thin:@orders_high?TNS_ADMIN=/tns', 'jdbc:oracle:thin alias orders_high ?TNS_ADMIN=/tns'],
    ['jdbc:oracle:thin:@ldap://ldap:389/orders,cn=x', undefined],
    [
      'jdbc:oracle:thin:@(DESCRIPTION=(ENABLE=BROKEN)(ADDRESS_LIST=(ADDRESS=(PROTOCOL=TCP)(HOST=h1)(PORT=1521))(ADDRESS=(PROTOCOL=TCP)(HOST=h2)(PORT=1522)))(CONNECT_DATA=(SERVICE_NAME=app)))',
      'jdbc:oracle:thin h1:1521,h2:1522',
    ],
    ['(DESCRIPTION = (ADDRESS = (HOST = h1)(PORT = 1521)))', 'OracleConnect h1:1521'],
    ['(DESCRIPTION=(ADDRESS=(HOST=h1)', undefined],
  ])('%s', (text, expected) => {
    expect(parse(text)).toBe(expected);
  });

  test('easy connect and names only where something else says that it is Oracle', () => {
    expect(parse('ora:1521/app')).toBeUndefined();
    expect(inShort(parseOracleConnect('ora:1521/app?expire_time=2'))).toBe(
      'OracleConnect ora:1521 ?expire_time=2',
    );
    expect(inShort(parseOracleConnect('orders_high'))).toBe('OracleConnect alias orders_high');
  });
});

describe('keyword strings', () => {
  test.each([
    [
      'host=db port=5432 dbname=app user=u password=secret keepalives_idle=60',
      'Libpq db:5432 ?host=db&port=5432&dbname=app&keepalives_idle=60',
    ],
    ["host = db  options='-c tcp_keepalives_idle=60'", 'Libpq db ?host=db&options=-c tcp_keepalives_idle=60'],
    ['host=h1,h2 port=5432,5433', 'Libpq h1:5432,h2:5433 ?host=h1,h2&port=5432,5433'],
    ['host=/var/run/postgresql dbname=x', 'Libpq /var/run/postgresql ?host=/var/run/postgresql&dbname=x'],
    [
      'Host=db;Port=5432;Username=u;Password=p;Keepalive=30',
      'AdoNet db:5432 ?Host=db&Port=5432&Keepalive=30',
    ],
    [
      'Server=tcp:sql.example.net,1433;Database=app;User ID=u;Password="a;b"',
      'AdoNet sql.example.net:1433 ?Server=tcp:sql.example.net,1433&Database=app',
    ],
    ['Data Source=host\\INST;Initial Catalog=app', 'AdoNet host ?Data Source=host\\INST&Initial Catalog=app'],
    [
      'Driver={ODBC Driver 18 for SQL Server};Server=sql,1433;KeepAlive=30',
      'Odbc sql:1433 ?Driver=ODBC Driver 18 for SQL Server&Server=sql,1433&KeepAlive=30',
    ],
    [
      'pgsql:host=db;port=5432;dbname=app;keepalives_idle=60',
      'pgsql db:5432 ?host=db&port=5432&dbname=app&keepalives_idle=60',
    ],
    [
      'mysql:unix_socket=/tmp/mysql.sock;dbname=app',
      'mysql /tmp/mysql.sock ?unix_socket=/tmp/mysql.sock&dbname=app',
    ],
    ['u:p@tcp(db:3306)/app?readTimeout=30s', 'GoMysql db:3306 ?readTimeout=30s'],
    ['u:p(x@tcp(db:3306)/app', 'GoMysql db:3306'],
    ['u:p@unix(/tmp/mysql.sock)/app', 'GoMysql /tmp/mysql.sock'],
    [
      'redis1:6379,redis2:6379,password=x,ssl=True,keepAlive=60',
      'StackExchangeRedis redis1:6379,redis2:6379 ?ssl=True&keepAlive=60',
    ],
  ])('%s', (text, expected) => {
    expect(parse(text)).toBe(expected);
  });

  test.each([
    ['options of a JVM', '-Xmx1g -Dhost=x -Da=b'],
    ['a label selector', 'app=web,tier=db'],
    ['a header', 'Host=example; Secure'],
    ['a call', 'print(host=1)'],
  ])('is none: %s', (_what, text) => {
    const parsed = parse(text);
    expect(parsed === undefined || !parsed.includes('db:')).toBe(true);
  });

  test('ADO.NET keywords are found whatever their case and blanks', () => {
    const string = parseConnectionString('Host=db;Tcp Keepalive=true;CONNECTION IDLE LIFETIME=60');
    expect(string && parameterOf(string, 'TcpKeepAlive')).toBe('true');
    expect(string && parameterOf(string, 'Connection Idle Lifetime')).toBe('60');
  });

  test('URL parameters are found by their exact names, the last of a name', () => {
    const string = parseConnectionString(
      'jdbc:postgresql://db/app?tcpkeepalive=true&tcpKeepAlive=false&tcpKeepAlive=true',
    );
    expect(string && parameterOf(string, 'tcpKeepAlive')).toBe('true');
    expect(string && parameterOf(string, 'TCPKEEPALIVE')).toBeUndefined();
  });
});
