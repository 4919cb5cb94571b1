-- The schema of version 1, as its migration made it.
CREATE TABLE "account" (
    "code" TEXT NOT NULL PRIMARY KEY CHECK (length("code") BETWEEN 1 AND 15),
    "name" TEXT NOT NULL,
    "sort_key" TEXT NOT NULL,
    "search_key" TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE "stock_item" (
    "code" TEXT NOT NULL PRIMARY KEY CHECK (length("code") BETWEEN 1 AND 35),
    "name" TEXT NOT NULL,
    "search_key" TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE "series" (
    "branch" INTEGER NOT NULL,
    "document_type" INTEGER NOT NULL CHECK (document_type IN (0, 1)),
    "prefix" TEXT NOT NULL,
    "last_number" INTEGER NOT NULL CHECK (last_number >= 0),
    PRIMARY KEY ("document_type", "prefix", "branch")
) STRICT, WITHOUT ROWID;
CREATE TABLE "transfer" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "direction" TEXT NOT NULL CHECK (direction IN ('disari', 'iceri')),
    "file" TEXT NOT NULL,
    "started_at" TEXT NOT NULL,
    "finished_at" TEXT,
    "status" TEXT NOT NULL CHECK (status IN ('suruyor', 'tamam', 'durduruldu', 'hata'))
) STRICT;
CREATE TABLE "transfer_item" (
    "transfer_id" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "source_number" TEXT NOT NULL,
    "number" TEXT,
    "status" TEXT NOT NULL CHECK (status IN ('aktarildi', 'hata', 'atlandi')),
    "message" TEXT,
    "fingerprint" BLOB,
    PRIMARY KEY ("transfer_id", "position"),
    FOREIGN KEY ("transfer_id") REFERENCES "transfer" ("id")
) STRICT, WITHOUT ROWID;
CREATE TABLE "invoice" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "document_type" INTEGER NOT NULL CHECK (document_type IN (0, 1)),
    "series" TEXT,
    "prefix" TEXT NOT NULL,
    "tail" INTEGER,
    "branch" INTEGER CHECK ("branch" BETWEEN -32768 AND 32767),
    "number" TEXT NOT NULL CHECK (length("number") BETWEEN 1 AND 15),
    "account_code" TEXT NOT NULL,
    "document_date" TEXT NOT NULL,
    "kind" INTEGER CHECK ("kind" BETWEEN 0 AND 8),
    "gross_total" TEXT,
    "vat_total" TEXT,
    "grand_total" TEXT NOT NULL,
    "currency" INTEGER CHECK ("currency" BETWEEN -32768 AND 32767),
    "salesman" TEXT CHECK (length("salesman") BETWEEN 0 AND 8),
    "project" TEXT CHECK (length("project") BETWEEN 0 AND 15),
    "line_count" INTEGER NOT NULL CHECK (line_count > 0),
    "entered_on" TEXT NOT NULL,
    "transfer_id" INTEGER,
    "transfer_position" INTEGER,
    "extra" TEXT,
    "header_extra" TEXT,
    FOREIGN KEY ("account_code") REFERENCES "account" ("code"),
    FOREIGN KEY ("transfer_id") REFERENCES "transfer" ("id")
) STRICT;
CREATE TABLE "line" (
    "invoice_id" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "order" INTEGER CHECK ("order" BETWEEN -32768 AND 32767),
    "stock_code" TEXT NOT NULL,
    "quantity" TEXT NOT NULL,
    "unit" INTEGER CHECK ("unit" BETWEEN -32768 AND 32767),
    "gross_price" TEXT,
    "net_price" TEXT,
    "vat_rate" TEXT,
    "extra" TEXT,
    PRIMARY KEY ("invoice_id", "position"),
    FOREIGN KEY ("invoice_id") REFERENCES "invoice" ("id"),
    FOREIGN KEY ("stock_code") REFERENCES "stock_item" ("code")
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX invoice_number
    ON invoice (document_type, number, CASE document_type WHEN 1 THEN account_code ELSE '' END);
CREATE INDEX invoice_prefix
    ON invoice (document_type, prefix,
        CASE document_type WHEN 1 THEN account_code ELSE '' END, tail);
CREATE INDEX invoice_date
    ON invoice (document_type, document_date, number);
CREATE INDEX invoice_account
    ON invoice (account_code, document_date);
CREATE INDEX transfer_item_fingerprint
    ON transfer_item (fingerprint)
    WHERE fingerprint IS NOT NULL;
