import { type Kysely, type Migration, sql } from 'kysely';

/** Indexes, documents, their passages, and what passages are found by. */
export const knowledge: Migration = {
  async up(db: Kysely<unknown>) {
    await documents(db);
    await passages(db);
  },
};

async function documents(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('indexes')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
    .addColumn('number', 'integer', (column) => column.notNull().unique())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('metadata', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('documents')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
    .addColumn('index_id', 'text', (column) => column.notNull().references('indexes.id').onDelete('cascade'))
    .addColumn('filename', 'text', (column) => column.notNull())
    .addColumn('content_type', 'text', (column) => column.notNull())
    .addColumn('file_size', 'integer', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('error_message', 'text')
    .addColumn('page_count', 'integer')
    .addColumn('chunk_count', 'integer', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('is_latest', 'integer', (column) => column.notNull())
    .addColumn('metadata', 'text', (column) => column.notNull())
    .addColumn('parent_id', 'text', (column) => column.references('documents.id').onDelete('set null'))
    .addColumn('created_by_api_key_id', 'text')
    .addColumn('content_sha256', 'text', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('deleted_at', 'text')
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'text', (column) => column.notNull())
    .addUniqueConstraint('documents_version', ['index_id', 'name', 'version'])
    .execute();
  await index(db, 'documents_newest', 'documents', ['project_id', 'created_at']);
  await index(db, 'documents_hash', 'documents', ['content_sha256']);
  await index(db, 'documents_parent', 'documents', ['parent_id']);
  await index(db, 'documents_status', 'documents', ['status']);
}

async function passages(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('passages')
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('document_id', 'text', (column) =>
      column.notNull().references('documents.id').onDelete('cascade'),
    )
    .addColumn('chunk_index', 'integer', (column) => column.notNull())
    .addColumn('content', 'text', (column) => column.notNull())
    .addColumn('headings', 'text', (column) => column.notNull())
    .addColumn('page', 'integer')
    .addUniqueConstraint('passages_order', ['document_id', 'chunk_index'])
    .execute();
  await db.schema
    .createTable('passage_vectors')
    .addColumn('document_id', 'text', (column) =>
      column.notNull().references('documents.id').onDelete('cascade'),
    )
    .addColumn('chunk_index', 'integer', (column) => column.notNull())
    .addColumn('model', 'text', (column) => column.notNull())
    .addColumn('dimensions', 'integer', (column) => column.notNull())
    .addColumn('vectors', 'bytea', (column) => column.notNull())
    .addPrimaryKeyConstraint('passage_vectors_key', ['document_id', 'chunk_index'])
    .execute();
  // Words are SQLite's own full-text search; the text itself is in `passages` and is not kept twice.
  await sql`create virtual table passage_words using fts5(
    headings, content, scope, content='', contentless_delete=1, tokenize='porter unicode61 remove_diacritics 2'
  )`.execute(db);
  await sql`create virtual table passage_terms using fts5vocab(passage_words, 'row')`.execute(db);
  await sql`create trigger passages_gone after delete on passages begin
    delete from passage_words where rowid = old.id;
  end`.execute(db);
}

async function index(db: Kysely<unknown>, name: string, table: string, columns: string[]): Promise<void> {
  await db.schema.createIndex(name).on(table).columns(columns).execute();
}
