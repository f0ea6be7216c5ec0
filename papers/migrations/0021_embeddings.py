import django.db.models.deletion
import pgvector.django.halfvec
import pgvector.django.indexes
from django.db import migrations, models
from pgvector.django import VectorExtension

# Whoever writes a title or an abstract, by whatever statement, outdates the vectors that were made of the old one.
# They serve on until they are made anew.
OUTDATE = """
CREATE FUNCTION broadsheet_outdate_embeddings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE papers_paperembedding SET content_hash = '' WHERE paper_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER papers_outdate_embeddings AFTER UPDATE OF title, abstract ON papers_paper FOR EACH ROW
    WHEN (OLD.title IS DISTINCT FROM NEW.title OR OLD.abstract IS DISTINCT FROM NEW.abstract)
    EXECUTE FUNCTION broadsheet_outdate_embeddings();
"""
FORGET = """
DROP TRIGGER papers_outdate_embeddings ON papers_paper;
DROP FUNCTION broadsheet_outdate_embeddings();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('papers', '0020_search'),
    ]

    operations = [
        VectorExtension(),
        migrations.CreateModel(
            name='EmbeddingModel',
            fields=[
                ('slot', models.PositiveSmallIntegerField(choices=[(1, 'First'), (2, 'Second')], default=1, primary_key=True, serialize=False)),
                ('name', models.CharField(help_text='The model and all that decides about its vectors.', max_length=200, unique=True)),
                ('setting', models.TextField(help_text='The value of BROADSHEET_EMBEDDER that names it.')),
                ('is_serving', models.BooleanField(help_text='Whether search and similar papers go by it.')),
                ('started_at', models.DateTimeField()),
                ('completed_at', models.DateTimeField(blank=True, help_text='When every paper had its vector, last.', null=True)),
                ('embedded_at', models.DateTimeField(blank=True, help_text='When papers were embedded, last.', null=True)),
                ('papers_per_second', models.FloatField(default=0, help_text='How quick that was.')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('slot__in', [1, 2])), name='embedding_model_slot_known'), models.UniqueConstraint(condition=models.Q(('is_serving', True)), fields=('is_serving',), name='embedding_model_one_serving')],
            },
        ),
        migrations.CreateModel(
            name='PaperEmbedding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('vector', pgvector.django.halfvec.HalfVectorField(dimensions=384)),
                ('content_hash', models.BinaryField(help_text="Of the text; empty once a trigger has seen the paper's title or abstract change.", max_length=32)),
                ('model', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='embeddings', to='papers.embeddingmodel')),
                ('paper', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='embeddings', to='papers.paper')),
            ],
            options={
                'indexes': [pgvector.django.indexes.HnswIndex(condition=models.Q(('model', 1)), fields=['vector'], name='embedding_near_1', opclasses=['halfvec_cosine_ops']), pgvector.django.indexes.HnswIndex(condition=models.Q(('model', 2)), fields=['vector'], name='embedding_near_2', opclasses=['halfvec_cosine_ops']), models.Index(condition=models.Q(('content_hash', b''), _negated=True), fields=['model', 'paper'], name='embedding_current')],
                'constraints': [models.UniqueConstraint(fields=('paper', 'model'), name='embedding_unique')],
            },
        ),
        migrations.RunSQL(OUTDATE, FORGET),
    ]
