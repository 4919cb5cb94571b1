/* The floor of an import: one pass over a file of one invoice a line, a JSON parser by hand,
 * SQLite's own API, the indexes of the real schema. No document is judged.
 *
 * import_floor FILE DATABASE
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 1 << 20, A_COMMIT = 1000, HEADERS = 12, COLUMNS = 7 };

static const char *HEADER[HEADERS] = {
    "Sube_Kodu", "FATIRS_NO", "CariKod", "Tarih", "TIPI", "BRUTTUTAR", "KDV", "GENELTOPLAM",
    "DOVIZTIP", "PLA_KODU", "Proje_Kodu", "Tip"};
static const char *LINE[COLUMNS] = {
    "Sira", "StokKodu", "STra_GCMIK", "Olcubr", "STra_BF", "STra_NF", "STra_KDV"};

typedef struct { char *start; size_t size; } Piece;      /* a key or a value, as it is spelled */
typedef struct { char text[ROOM]; size_t size; } Object; /* the members that have no column */

static sqlite3 *db;
static char *at; /* where the parser stands */

static void fail(const char *what)
{
    fprintf(stderr, "%s near: %.40s\n", what, at ? at : "");
    exit(1);
}

static void run(const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) fail(sqlite3_errmsg(db));
}

static sqlite3_stmt *prepare(const char *sql)
{
    sqlite3_stmt *query;
    if (sqlite3_prepare_v2(db, sql, -1, &query, NULL) != SQLITE_OK) fail(sqlite3_errmsg(db));
    return query;
}

static void store(sqlite3_stmt *query)
{
    if (sqlite3_step(query) != SQLITE_DONE) fail(sqlite3_errmsg(db));
    sqlite3_reset(query);
    sqlite3_clear_bindings(query);
}

/* JSON */

static void blanks(void)
{
    while (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t') at++;
}

static void expect(char wanted)
{
    blanks();
    if (*at++ != wanted) fail("unexpected");
}

/* Whether there is a further element before `end`; the comma between two is passed over. */
static int another(char end)
{
    blanks();
    if (*at == ',') at++;
    blanks();
    if (*at != end) return 1;
    at++;
    return 0;
}

static void pass_string(void)
{
    for (at++; *at != '"'; at++) {
        if (*at == '\\') at++;
        if (!*at) fail("cut short");
    }
    at++;
}

static Piece value(void)
{
    blanks();
    char *start = at;
    int depth = 0;
    do {
        if (*at == '"') { pass_string(); continue; }
        if (*at == '{' || *at == '[') depth++;
        else if (*at == '}' || *at == ']') depth--;
        else if (!*at) fail("cut short");
        else if (!depth) { at += strcspn(at, ",}] \n\r\t"); break; }
        at++;
    } while (depth);
    return (Piece){start, (size_t)(at - start)};
}

static Piece key(void)
{
    Piece name = value();
    expect(':');
    return name;
}

static int is(Piece name, const char *wanted)
{
    size_t size = strlen(wanted);
    return name.size == size + 2 && !memcmp(name.start + 1, wanted, size);
}

static void keep(Object *extra, Piece name, Piece member)
{
    char *end = extra->text + extra->size;
    *end++ = extra->size ? ',' : '{';
    memcpy(end, name.start, name.size);
    end += name.size;
    *end++ = ':';
    memcpy(end, member.start, member.size);
    extra->size = (size_t)(end - extra->text) + member.size;
}

/* Into the database */

static void bind(sqlite3_stmt *query, int place, Piece text)
{
    if (*text.start != '"') {
        if (memchr(text.start, '.', text.size))
            sqlite3_bind_text(query, place, text.start, (int)text.size, SQLITE_STATIC);
        else
            sqlite3_bind_int64(query, place, strtoll(text.start, NULL, 10));
        return;
    }
    char *from = text.start + 1, *end = text.start + text.size - 1, *to = from;
    if (!memchr(from, '\\', (size_t)(end - from))) {
        to = end;
    } else {
        for (char *next = from; next < end; next++) {
            if (*next == '\\' && !strchr("\"\\/", *++next)) fail("an escape not in the data");
            *to++ = *next;
        }
    }
    sqlite3_bind_text(query, place, from, (int)(to - from), SQLITE_STATIC);
}

static void bind_rest(sqlite3_stmt *query, int place, Object *extra)
{
    if (!extra->size) return;
    extra->text[extra->size++] = '}';
    sqlite3_bind_text(query, place, extra->text, (int)extra->size, SQLITE_STATIC);
}

/* One object: a member with a column is bound at its place, the others are kept. */
static void object(sqlite3_stmt *query, const char **columns, int count, Object *extra)
{
    extra->size = 0;
    expect('{');
    while (another('}')) {
        Piece name = key(), member = value();
        int place = 0;
        while (place < count && !is(name, columns[place])) place++;
        if (place < count) bind(query, place + 1, member);
        else keep(extra, name, member);
    }
}

static int lines(sqlite3_stmt *line, sqlite3_int64 id)
{
    static Object extra;
    int count = 0;
    expect('[');
    while (another(']')) {
        object(line, LINE, COLUMNS, &extra);
        sqlite3_bind_int64(line, COLUMNS + 1, id);
        sqlite3_bind_int(line, COLUMNS + 2, ++count);
        bind_rest(line, COLUMNS + 3, &extra);
        store(line);
    }
    return count;
}

static void document(sqlite3_stmt *invoice, sqlite3_stmt *line, sqlite3_int64 id)
{
    static Object extra, header_extra;
    int count = 0;
    extra.size = header_extra.size = 0;
    expect('{');
    while (another('}')) {
        Piece name = key();
        if (is(name, "FatUst")) {
            object(invoice, HEADER, HEADERS, &header_extra);
        } else if (is(name, "Kalems")) {
            count = lines(line, id);
        } else {
            Piece member = value();
            if (is(name, "Seri")) bind(invoice, 13, member);
            else if (!is(name, "FaturaTip") && !is(name, "KalemAdedi")) keep(&extra, name, member);
        }
    }
    sqlite3_bind_text(invoice, 14, "RDM2026", 7, SQLITE_STATIC);
    sqlite3_bind_int64(invoice, 15, id);
    sqlite3_bind_int(invoice, 16, count);
    bind_rest(invoice, 17, &extra);
    bind_rest(invoice, 18, &header_extra);
    sqlite3_bind_int64(invoice, 19, id);
    store(invoice);
}

static sqlite3_int64 last_id(void)
{
    sqlite3_stmt *query = prepare("SELECT ifnull(max(id), 0) FROM invoice");
    if (sqlite3_step(query) != SQLITE_ROW) fail(sqlite3_errmsg(db));
    sqlite3_int64 id = sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    return id;
}

int main(int count, char **arguments)
{
    if (count != 3) fail("import_floor FILE DATABASE");
    FILE *file = fopen(arguments[1], "r");
    if (!file) fail("cannot read");
    if (sqlite3_open_v2(arguments[2], &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) fail("open");
    run("PRAGMA synchronous = full; PRAGMA temp_store = memory; PRAGMA cache_size = -16000;"
        "PRAGMA foreign_keys = 0; PRAGMA wal_autocheckpoint = 8000; BEGIN IMMEDIATE");
    sqlite3_stmt *invoice = prepare(
        "INSERT INTO invoice (branch, number, account_code, document_date, kind, gross_total,"
        " vat_total, grand_total, currency, salesman, project, document_type, series, prefix,"
        " tail, line_count, entered_on, extra, header_extra, id)"
        " VALUES (?,?,?,substr(?,1,10),?,?,?,?,?,?,?,?,?,?,?,?,'2026-01-01',?,?,?)");
    sqlite3_stmt *line = prepare(
        "INSERT INTO line (\"order\", stock_code, quantity, unit, gross_price, net_price,"
        " vat_rate, invoice_id, position, extra) VALUES (?,?,?,?,?,?,?,?,?,?)");
    sqlite3_int64 first = last_id(), id = first;
    char *text = NULL;
    size_t room = 0;
    for (ssize_t size; (size = getline(&text, &room, file)) > 0;) {
        if (size > ROOM - 2) fail("a line too long");
        at = text;
        if (*at != '{') continue;
        document(invoice, line, ++id);
        if ((id - first) % A_COMMIT == 0) run("COMMIT; BEGIN IMMEDIATE");
    }
    run("COMMIT");
    sqlite3_finalize(invoice);
    sqlite3_finalize(line);
    sqlite3_close(db);
    return 0;
}
