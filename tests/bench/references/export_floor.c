/* The floor of an export: two ordered statements merged, SQLite's own API, stdio.
 *
 * export_floor DATABASE FILE
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

static sqlite3 *db;
static FILE *out;

static void fail(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, db ? sqlite3_errmsg(db) : "");
    exit(1);
}

static sqlite3_stmt *prepare(const char *sql)
{
    sqlite3_stmt *query;
    if (sqlite3_prepare_v2(db, sql, -1, &query, NULL) != SQLITE_OK) fail(sql);
    return query;
}

static int step(sqlite3_stmt *query)
{
    int result = sqlite3_step(query);
    if (result != SQLITE_ROW && result != SQLITE_DONE) fail("step");
    return result == SQLITE_ROW;
}

static int is_null(sqlite3_stmt *row, int column)
{
    return sqlite3_column_type(row, column) == SQLITE_NULL;
}

static void quoted(const unsigned char *text)
{
    putc('"', out);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') {
            putc('\\', out);
            putc(*text, out);
        } else if (*text < ' ') {
            fprintf(out, "\\u%04x", *text);
        } else {
            putc(*text, out);
        }
    }
    putc('"', out);
}

/* ,"name":"text" */
static void text_member(sqlite3_stmt *row, int column, const char *name)
{
    if (is_null(row, column)) return;
    fprintf(out, ",\"%s\":", name);
    quoted(sqlite3_column_text(row, column));
}

/* ,"name":12.50  (amounts are stored as the text that the file holds) */
static void number_member(sqlite3_stmt *row, int column, const char *name)
{
    if (!is_null(row, column))
        fprintf(out, ",\"%s\":%s", name, (const char *)sqlite3_column_text(row, column));
}

/* The members of a JSON object that has no column for each of them. */
static void extra_members(sqlite3_stmt *row, int column)
{
    const char *object = (const char *)sqlite3_column_text(row, column);
    int size = sqlite3_column_bytes(row, column);
    if (size <= 2) return;
    putc(',', out);
    fwrite(object + 1, 1, (size_t)size - 2, out);
}

static void header(sqlite3_stmt *row)
{
    int type = sqlite3_column_int(row, 2);
    putc('{', out);
    if (!is_null(row, 1)) {
        fputs("\"Seri\":", out);
        quoted(sqlite3_column_text(row, 1));
        putc(',', out);
    }
    fprintf(out, "\"FaturaTip\":%d,\"KalemAdedi\":%d", type, sqlite3_column_int(row, 3));
    extra_members(row, 4);
    fprintf(out, ",\"FatUst\":{\"Tip\":%d", type);
    number_member(row, 5, "Sube_Kodu");
    text_member(row, 6, "FATIRS_NO");
    text_member(row, 7, "CariKod");
    fprintf(out, ",\"Tarih\":\"%s 00:00:00\"", (const char *)sqlite3_column_text(row, 8));
    number_member(row, 9, "TIPI");
    number_member(row, 10, "BRUTTUTAR");
    number_member(row, 11, "KDV");
    number_member(row, 12, "GENELTOPLAM");
    number_member(row, 13, "DOVIZTIP");
    text_member(row, 14, "PLA_KODU");
    text_member(row, 15, "Proje_Kodu");
    extra_members(row, 16);
    putc('}', out);
}

static void line(sqlite3_stmt *row)
{
    fputs("{\"StokKodu\":", out);
    quoted(sqlite3_column_text(row, 1));
    number_member(row, 2, "Sira");
    number_member(row, 3, "STra_GCMIK");
    number_member(row, 4, "Olcubr");
    number_member(row, 5, "STra_BF");
    number_member(row, 6, "STra_NF");
    number_member(row, 7, "STra_KDV");
    extra_members(row, 8);
    putc('}', out);
}

int main(int count, char **arguments)
{
    if (count != 3) fail("export_floor DATABASE FILE");
    if (sqlite3_open_v2(arguments[1], &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) fail("open");
    out = fopen(arguments[2], "w");
    if (!out) fail("cannot write");
    setvbuf(out, NULL, _IOFBF, 1 << 20);
    if (sqlite3_exec(db, "BEGIN", NULL, NULL, NULL) != SQLITE_OK) fail("begin");
    sqlite3_stmt *headers = prepare(
        "SELECT id, series, document_type, line_count, extra, branch, number, account_code,"
        " document_date, kind, gross_total, vat_total, grand_total, currency, salesman, project,"
        " header_extra FROM invoice ORDER BY id");
    sqlite3_stmt *lines = prepare(
        "SELECT invoice_id, stock_code, \"order\", quantity, unit, gross_price, net_price,"
        " vat_rate, extra FROM line ORDER BY invoice_id, position");
    int more = step(lines);
    const char *before = "[\n";
    for (; step(headers); before = ",\n") {
        sqlite3_int64 id = sqlite3_column_int64(headers, 0);
        fputs(before, out);
        header(headers);
        fputs(",\"Kalems\":[", out);
        const char *between = "";
        for (; more && sqlite3_column_int64(lines, 0) == id; more = step(lines)) {
            fputs(between, out);
            line(lines);
            between = ",";
        }
        fputs("]}", out);
    }
    fputs("\n]\n", out);
    if (ferror(out) || fclose(out)) fail("write");
    sqlite3_finalize(headers);
    sqlite3_finalize(lines);
    sqlite3_close(db);
    return 0;
}
